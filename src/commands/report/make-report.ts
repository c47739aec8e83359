import { join, relative, resolve } from "node:path";
import { query } from "../../index/index.ts";
import { renderDocument, reportData, writeDocument, type ReportInput } from "../../report/index.ts";
import type { Analysis } from "../../schema/analysis.ts";
import type { Json } from "../../schema/json.ts";
import type { LeftOut } from "../../schema/left-out.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import { writeForUser } from "../../store/index.ts";
import { analyseStudy } from "./analyse-study.ts";

export interface ReportRequest {
  resultsFolder: string;
  study: string;
  /** Where to write, relative to the working folder; `reports/out/<study>.md` where it is not said. */
  out?: string;
}

export interface MadeReport {
  /** Where it is, relative to the working folder; a failure where the study was judged and the page could not be made. */
  path: Result<string>;
  analysis: Analysis;
  /** What cannot be read: it is in no figure, and the page names it. */
  leftOut: LeftOut[];
}

/** Results of a study to markdown. The same results give the same bytes. A failure where the study's record cannot be read. */
export async function makeReport(world: World, request: ReportRequest): Promise<Result<MadeReport>> {
  const { resultsFolder, study } = request;
  const read = await analyseStudy(world, resultsFolder, study);
  if (!read.ok) return read;
  const { analysis, launches, leftOut } = read.value;
  const path = await writePage(world, request, {
    ...analysis,
    launches,
    unreadable: leftOut.map((one) => relative(join(resultsFolder, study), one.path)),
    resultsFolder: relative(world.machine.workingFolder, resultsFolder),
  });
  return succeed({ path, analysis, leftOut });
}

async function writePage(
  world: World,
  { resultsFolder, study, out }: ReportRequest,
  input: Omit<ReportInput, "queries">,
): Promise<Result<string>> {
  const moved = await movedFile(world);
  if (moved !== null) {
    const hint = `Move it to reports/study/; a template is called report.md.hbs there, and places its tables with {{table "results"}}.`;
    return fail("report-moved", `${moved} is no longer read`, hint);
  }
  const queries = await runQueries(world, resultsFolder, study);
  if (!queries.ok) return queries;
  const template = await readTemplate(world);
  if (template === null)
    return fail("no-template", "reports/study/report.md.hbs is missing", "It comes with ceteris: install it again.");
  const document = renderDocument(reportData({ ...input, queries: queries.value }), template);
  if (!document.ok) return document;
  const path = resolve(world.machine.workingFolder, out ?? join("reports", "out", `${study}.md`));
  const written = await writeForUser(world, path, writeDocument(document.value, "markdown"));
  return written.ok ? succeed(relative(world.machine.workingFolder, path)) : written;
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

/** The user's own template, in the working folder, wins over ours. */
async function readTemplate(world: World): Promise<string | null> {
  for (const folder of [world.machine.workingFolder, world.machine.packageFolder]) {
    const text = await world.files.readText(join(folder, "reports/study/report.md.hbs"));
    if (text !== null) return text;
  }
  return null;
}

/** Every `reports/study/*.sql` by its name; `$study` in it is the study's name. */
async function runQueries(
  world: World,
  resultsFolder: string,
  study: string,
): Promise<Result<{ [name: string]: { columns: string[]; rows: Json[][] } }>> {
  const tables: { [name: string]: { columns: string[]; rows: Json[][] } } = {};
  for (const folder of new Set([world.machine.packageFolder, world.machine.workingFolder])) {
    const queries = join(folder, "reports/study");
    for (const file of await world.files.list(queries)) {
      if (!file.endsWith(".sql")) continue;
      const sql = (await world.files.readText(join(queries, file))) ?? "";
      const answer = await query(world, resultsFolder, sql.replaceAll("$study", `'${study.replaceAll("'", "''")}'`));
      if (!answer.ok) return fail(answer.problem.code, `${file}: ${answer.problem.message}`, answer.problem.hint);
      tables[file.slice(0, -".sql".length)] = {
        columns: answer.value.columns.map(({ name }) => name),
        rows: answer.value.rows,
      };
    }
  }
  return succeed(tables);
}
