import { dirname, join, relative, resolve } from "node:path";
import { indexAhead, queryEach, type Fingerprint } from "../../index/index.ts";
import {
  chartFiles,
  chartsOf,
  csvTable,
  drawCharts,
  firstScreen,
  markdownDocument,
  kindOf,
  loadPages,
  shownTrial,
  tablesJson,
  type DrawPanels,
  type ReportInput,
} from "../../report/index.ts";
import type { Analysis } from "../../schema/analysis.ts";
import type { Json } from "../../schema/json.ts";
import type { ReportFormat, ReportKind } from "../../schema/report-kind.ts";
import type { LeftOut } from "../../schema/left-out.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import { sqlText } from "../../schema/sql-text.ts";
import type { World } from "../../world/world.ts";
import { writeForUser } from "../../store/index.ts";
import { analyseStudy } from "./analyse-study.ts";
import { makePdfs } from "./figure-pdf.ts";
import { readKind } from "./kind-files.ts";
import { pagesFolder } from "./pages-folder.ts";

export interface ReportRequest {
  resultsFolder: string;
  study: string;
  /** Of one format the file, of several the folder, relative to the working folder; that of `pagesFolder` where it is not said. */
  out?: string;
  /** Markdown where none is named. */
  formats?: readonly ReportFormat[];
  /** What the study is decides where none is named. */
  kind?: ReportKind;
}

export interface MadeReport {
  /** Where each format is, relative to the working folder; a failure where the study was judged and no page could be made. */
  paths: Result<string[]>;
  analysis: Analysis;
  /** What cannot be read: it is in no figure, and the page names it. */
  leftOut: LeftOut[];
}

/** Results of a study to pages and tables. The same results give the same bytes. A failure where the study's record cannot be read. */
export async function makeReport(world: World, request: ReportRequest): Promise<Result<MadeReport>> {
  const { resultsFolder, study } = request;
  const index = await indexAhead(world, resultsFolder);
  const read = await analyseStudy(world, resultsFolder, study);
  await index?.ready;
  if (!read.ok) return read;
  const { analysis, leftOut } = read.value;
  const input = { ...read.value.input, ...(request.kind === undefined ? {} : { kind: request.kind }) };
  const paths = await writePages(world, request, input, index?.present);
  return succeed({ paths, analysis, leftOut });
}

async function writePages(
  world: World,
  request: ReportRequest,
  input: Omit<ReportInput, "queries">,
  known: Fingerprint | undefined,
): Promise<Result<string[]>> {
  const texts = await reportTexts(world, request, input, known);
  if (!texts.ok) return texts;
  const files = texts.value;
  const { workingFolder } = world.machine;
  const target = resolve(workingFolder, request.out ?? pagesFolder(workingFolder, request.resultsFolder));
  const paths: string[] = [];
  const figures: string[] = [];
  for (const [file, text] of files) {
    const path = request.out !== undefined && files.length === 1 ? target : join(target, file);
    const saved = await writeForUser(world, path, text);
    if (!saved.ok) return saved;
    paths.push(path);
    if (dirname(file) === join(request.study, "figures")) figures.push(path);
  }
  const pdfs = await makePdfs(world, figures);
  return succeed([...paths, ...pdfs].map((path) => relative(world.machine.workingFolder, path)));
}

/**
 * The files of a report, each with its path below the folder of reports.
 * @param known what the results folder holds, where that was looked at already
 * @param draw who draws its charts, where that is not this thread
 */
export async function reportTexts(
  world: World,
  request: Pick<ReportRequest, "resultsFolder" | "study" | "formats">,
  input: Omit<ReportInput, "queries">,
  known?: Fingerprint,
  draw?: DrawPanels,
): Promise<Result<[file: string, text: string][]>> {
  const { resultsFolder, study, formats = ["md"] } = request;
  const moved = await movedFile(world);
  if (moved !== null) {
    const hint = `Move it to reports/study/; a template is called report.md.hbs there, and places its tables with {{table "results"}}.`;
    return fail("report-moved", `${moved} is no longer read`, hint);
  }
  const kind = await readKind(world, input.kind ?? kindOf(input));
  if (!kind.ok) return kind;
  const trialId = shownTrial(input)?.spec.trialId ?? "";
  const queries = await runQueries(world, { resultsFolder, study, known, trialId }, kind.value.queries);
  if (!queries.ok) return queries;
  const { dataTables, htmlPage, latexFiles, renderDocument, reportData } = await loadPages();
  const data = reportData({ ...input, queries: queries.value });
  const written = renderDocument(data, kind.value);
  if (!written.ok) return written;
  const document = formats.includes("html") ? await drawCharts(written.value, kind.value.theme, draw) : written;
  if (!document.ok) return document;
  const hasSvg = formats.includes("svg");
  const isDrawn = hasSvg || formats.includes("latex");
  const charts = isDrawn ? await chartFiles(document.value, kind.value.theme) : succeed([]);
  if (!charts.ok) return charts;
  const texts: Record<ReportFormat, () => [file: string, text: string][]> = {
    md: () => [[`${study}.md`, markdownDocument(document.value, hasSvg ? study : null)]],
    html: () => [[`${study}.html`, htmlPage(firstScreen(input), document.value, kind.value)]],
    latex: () =>
      [
        ...latexFiles(data, chartsOf(document.value)),
        ...charts.value.map(([name, svg]): [string, string] => [join("figures", `${name}.svg`), svg]),
      ].map(([file, text]) => [join(study, file), text]),
    svg: () => charts.value.map(([name, svg]) => [join(study, `${name}.svg`), svg]),
    json: () => [[`${study}.json`, tablesJson(dataTables(data))]],
    csv: () => Object.entries(dataTables(data)).map(([name, table]) => [join(study, `${name}.csv`), csvTable(table)]),
  };
  return succeed(formats.flatMap((format) => texts[format]()));
}

/** A template or query of the user's where earlier versions looked for it: without it the report would be another one. */
async function movedFile(world: World): Promise<string | null> {
  for (const [folder, ending] of [
    ["reports/templates", ".hbs"],
    ["reports/queries", ".sql"],
  ] as const) {
    const files = await world.files.list(join(world.machine.workingFolder, folder));
    const file = files.find((name) => name.endsWith(ending));
    if (file !== undefined) return join(folder, file);
  }
  return null;
}

interface QueriedStudy {
  resultsFolder: string;
  study: string;
  known: Fingerprint | undefined;
  /** The trial that the report shows in time; empty where there is none. */
  trialId: string;
}

/**
 * Answers of a kind's queries by their names. `$study` in one is the study's name, `$trial` the trial that the report shows in time: such a
 * query reads the parquet files of that study or that trial alone. Where there is no such trial, it has no rows.
 */
async function runQueries(
  world: World,
  { resultsFolder, study, known, trialId }: QueriedStudy,
  queries: Readonly<Record<string, string>>,
): Promise<Result<{ [name: string]: { columns: string[]; rows: Json[][] } }>> {
  const tables: { [name: string]: { columns: string[]; rows: Json[][] } } = {};
  const names = Object.keys(queries);
  const asked = names.map((name) => {
    const sql = queries[name]!;
    return {
      sql: sql.replaceAll("$study", () => sqlText(study)).replaceAll("$trial", () => sqlText(trialId)),
      scope: sql.includes("$trial") ? { study, trialId } : sql.includes("$study") ? { study } : undefined,
    };
  });
  const answers = await queryEach(world, resultsFolder, asked, known);
  for (const [at, name] of names.entries()) {
    const answer = answers[at]!;
    if (!answer.ok) return fail(answer.problem.code, `${name}.sql: ${answer.problem.message}`, answer.problem.hint);
    tables[name] = { columns: answer.value.columns.map((column) => column.name), rows: answer.value.rows };
  }
  return succeed(tables);
}
