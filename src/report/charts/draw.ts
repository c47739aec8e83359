import type { Json } from "../../schema/json.ts";
import { fail, messageOf, type Result, succeed } from "../../schema/result.ts";
import type { Document } from "../document.ts";
import { decisionColours } from "./colours.ts";
import { compactSvg } from "./compact.ts";
import { compiled } from "./compile.ts";
import { shortened } from "./labels.ts";
import { panelsOf, wholeOf } from "./panels.ts";
import { onOneLine } from "../plain-text.ts";
import type { Relation } from "../relations/relation.ts";
import { jsonRows } from "../writers/json.ts";
import type { Chart } from "./chart.ts";

/** Configuration of Vega-Lite: `reports/theme.json`. */
export type ChartTheme = Record<string, Json>;

/** Draws charts, each as the SVG of its panels. */
export type DrawPanels = (charts: readonly Chart[], theme: ChartTheme) => Promise<Result<string[][]>>;

/** A document with its charts drawn; the same document gives the same bytes. */
export async function drawCharts(
  document: Document,
  theme: ChartTheme,
  draw: DrawPanels = drawPanels,
): Promise<Result<Document>> {
  const charts = chartsOf(document);
  const svgs = charts.length === 0 ? succeed([]) : await draw(charts, theme);
  return svgs.ok ? succeed(withPanels(document, new Map(charts.map((chart, at) => [chart, svgs.value[at]!])))) : svgs;
}

/** Vega is loaded here, also for no chart. */
export async function drawPanels(charts: readonly Chart[], theme: ChartTheme): Promise<Result<string[][]>> {
  const all: string[][] = [];
  await Promise.all([import("vega"), import("vega-lite")]);
  for (const chart of charts) {
    const panels: string[] = [];
    const specs = panelsOf(chart.spec);
    for (const [at, spec] of specs.entries()) {
      const svg = await drawn({ ...chart, spec }, theme, {}, at);
      if (!svg.ok) return svg;
      const panel = compactSvg(svg.value);
      if (specs.length === 1 || isDrawn(panel)) panels.push(panel);
    }
    all.push(panels);
  }
  return succeed(all);
}

/** A panel of a row without data has no mark and no axis: at most its title. */
function isDrawn(svg: string): boolean {
  return /<(?:path|rect|line)\b/.test(svg);
}

function withPanels({ blocks }: Document, panels: ReadonlyMap<Chart, string[]>): Document {
  return {
    blocks: blocks.map((block) => {
      if (block.type === "details") return { ...block, ...withPanels(block, panels) };
      if (block.type !== "chart") return block;
      return { ...block, chart: { ...block.chart, svg: panels.get(block.chart) ?? [] } };
    }),
  };
}

/** The charts of a document as files of their own, by name. */
export async function chartFiles(
  document: Document,
  theme: ChartTheme,
): Promise<Result<[name: string, svg: string][]>> {
  const files: [string, string][] = [];
  for (const chart of chartsOf(document)) {
    const svg = await chartFile(chart, theme);
    if (!svg.ok) return svg;
    files.push([chart.name, svg.value]);
  }
  return succeed(files);
}

/** The charts of a document, in its order. */
export function chartsOf({ blocks }: Document): Chart[] {
  return blocks.flatMap((block) =>
    block.type === "chart" ? block.chart : block.type === "details" ? chartsOf(block) : [],
  );
}

/** A chart as a file: with its title and its origin, in the colours of paper. */
async function chartFile(chart: Chart, theme: ChartTheme): Promise<Result<string>> {
  const title = { text: chart.title, subtitle: chart.origins.join(", ") };
  const svg = await drawn(
    { ...chart, spec: wholeOf(chart.spec) },
    { ...theme, background: "#ffffff", padding: 12 },
    { title },
  );
  return svg.ok ? succeed(`${svg.value.replaceAll(/var\(--[\w-]+, ?(#\w+)\)/g, "$1")}\n`) : svg;
}

async function drawn(chart: Chart, theme: ChartTheme, more: { title?: Json }, panel = 0): Promise<Result<string>> {
  try {
    const vega = await import("vega");
    const { title: _title, description: _description, usermeta: _usermeta, ...spec } = chart.spec;
    const data = Object.fromEntries(Object.entries(chart.data).map(([name, rows]) => [name, drawable(rows)]));
    const whole = await compiled({ ...spec, ...more, config: theme }, { ...decisionColours, ...chart.params }, data);
    // It is public, and absent from Vega's types.
    Object.assign((vega as unknown as { textMetrics: object }).textMetrics, { width: textWidth });
    vega.expressionFunction("shortened", shortened);
    const quiet = vega.logger(vega.Error);
    const view = new vega.View(vega.parse(whole), {
      renderer: "none",
      // A chart draws the report's data: it reads no file and asks no server.
      loader: { ...vega.loader(), load: refuse, sanitize: refuse, http: refuse, file: refuse },
      logger: quiet,
    });
    await view.runAsync();
    markSubjects((view.scenegraph() as unknown as { root: SceneItem }).root);
    vega.resetSVGDefIds();
    const svg = await view.toSVG();
    view.finalize();
    return succeed(withSubjects(withPrefix(svg, panel === 0 ? chart.name : `${chart.name}-${panel + 1}`)));
  } catch (error) {
    return fail(
      "chart-refused",
      `${chart.name}.vl.json cannot be drawn: ${messageOf(error)}`,
      `Its data are ${Object.keys(chart.data).join(", ") || "none"}; \`ceteris report STUDY --format json\` shows their columns.`,
    );
  }
}

/** As wide as a text is in DejaVu Sans, the widest of the theme's fonts, in px: Vega's own guess is a third wider, and cuts labels that have room. */
function textWidth({ fontSize = 11, limit = 0 }: { fontSize?: number; limit?: number }, text: unknown): number {
  let ems = 0;
  for (const character of typeof text === "string" ? text : JSON.stringify(text ?? "")) {
    ems += /[ijltfr.,:;|!'·()[\]\s]/.test(character) ? 0.37 : /[mwMW%→←…]/.test(character) ? 0.95 : 0.64;
  }
  // A text that is cut off takes no more room than its limit.
  return limit > 0 ? Math.min(limit, ems * fontSize) : ems * fontSize;
}

/** Rows as a chart has them: XML knows no control character, and a label is one line. */
function drawable(relation: Relation): { [key: string]: Json }[] {
  return jsonRows(relation).map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, typeof value === "string" ? onOneLine(value) : value]),
    ),
  );
}

function refuse(uri: string): Promise<never> {
  return Promise.reject(new Error(`it asks for ${uri}, and may only draw data of the report`));
}

/** What we know of Vega's marks: groups hold marks, marks hold items, and an item has the row that it draws. */
interface SceneItem {
  marktype?: string;
  datum?: { [key: string]: Json };
  description?: string;
  items?: SceneItem[];
}

/** Columns that say which change a mark belongs to, the first that a row has as text. */
const subjects = ["experiment", "step", "treatment", "configuration", "arm", "row", "series"];
/** Begins the descriptions that are ours. */
const SUBJECT = "\u0001";

/** Gives each mark the name of its change as a description: beside an item's shape, Vega writes nothing else of it. */
function markSubjects({ marktype, items = [] }: SceneItem): void {
  for (const item of items) {
    const name = subjects.map((key) => item.datum?.[key]).find((value) => typeof value === "string");
    if (marktype !== undefined && marktype !== "group" && name !== undefined) item.description = `${SUBJECT}${name}`;
    markSubjects(item);
  }
}

/** The page looks for `data-s`. */
function withSubjects(svg: string): string {
  const described = new RegExp(`aria-label="${SUBJECT}([^"]*)" role="[^"]*" aria-roledescription="[^"]*"`, "g");
  return svg.replaceAll(described, 'data-s="$1"');
}

/** Ids are of the whole page: each chart has its own. */
function withPrefix(svg: string, name: string): string {
  return svg
    .replaceAll(/\bid="([^"]+)"/g, `id="${name}-$1"`)
    .replaceAll(/url\(#([^)]+)\)/g, `url(#${name}-$1)`)
    .replaceAll(/href="#([^"]+)"/g, `href="#${name}-$1"`);
}
