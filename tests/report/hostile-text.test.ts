import markdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import {
  chartFiles,
  chartsOf,
  csvTable,
  drawCharts,
  firstScreen,
  markdownDocument,
  tablesJson,
  writeDocument,
  type ReportInput,
} from "../../src/report/index.ts";
import { dataTables, htmlPage, latexFiles, renderDocument, reportData } from "../../src/report/pages.ts";
import { csvFields } from "../support/csv-fields.ts";
import { fakeReportInput } from "../support/fake-report.ts";
import { renderedReport } from "../support/rendered-report.ts";
import { reportKind } from "../support/report-kind.ts";
import { xmlElements } from "../support/xml.ts";

const kind = await reportKind();

/** Signs that mean something in some format, controls, marks of direction, half a character, and lines that would begin another block. */
const nasty =
  "=1+1<script>alert(1)</script>|`**x**`\u202E\u2066\u001B[31m\u0000\u0007\uD800'\"&{}\\$%#_^~]]>--><!--" +
  "\n# heading\n\n| a | b |\n| - | - |\n```\n</details>\n<details>\n[x](javascript:y)\r\n\\end{tabular}\t\u00FF模";
const long = "z".repeat(1_048_576);

/** Where others' words stand, as the fake study has them, and what each becomes. */
const words = [
  "stock defaults",
  "no kernel for",
  "Use a checkpoint",
  "Which serving knobs",
  "w8a8",
  "the load took",
  "Ask more requests",
  "PYTORCH_CUDA_ALLOC_CONF",
  "moves the KV",
  "Pin kv_cache",
  "Example H100",
  "len2668",
  "fp8",
];

/** The input with other words in it, everywhere; those of one line are the names of things. */
function withWords(input: ReportInput, wordOf: (word: string) => string): ReportInput {
  const changed = (value: unknown): unknown => {
    if (typeof value === "string")
      return words.reduce((text, word) => text.replaceAll(word, () => wordOf(word)), value);
    if (Array.isArray(value)) return value.map(changed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [changed(key), changed(member)]));
  };
  return changed(input) as ReportInput;
}

const input = fakeReportInput("simulated");
input.queries["asked"] = { columns: ["prompt", "w8a8", "n"], rows: [["Use a checkpoint", "no kernel for", -1]] };
const plain = await allFormats(withWords(input, (word) => word.replaceAll(" ", "")));
const hostile = await allFormats(
  withWords(
    input,
    (word) =>
      `${nasty}${word === "no kernel for" || word === "Use a checkpoint" || word === "stock defaults" ? long : ""}${word.length}`,
  ),
);

async function allFormats(given: ReportInput) {
  const data = reportData(given);
  const document = renderDocument(data, kind);
  if (!document.ok) throw new Error(document.problem.message);
  const drawn = await drawCharts(document.value, kind.theme);
  const svgs = await chartFiles(document.value, kind.theme);
  if (!drawn.ok || !svgs.ok) throw new Error("not drawn");
  return {
    html: htmlPage(firstScreen(given), drawn.value, kind),
    md: markdownDocument(document.value, "charts"),
    terminal: writeDocument(document.value, "table"),
    json: tablesJson(dataTables(data)),
    csv: Object.entries(dataTables(data)).map(([name, table]): [string, string] => [name, csvTable(table)]),
    svg: svgs.value,
    latex: latexFiles(data, chartsOf(document.value)),
  };
}

/** What a program that reads from a terminal or a page must never meet. */
const control = /(?!\n)\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u;

describe("hostile text changes no structure", () => {
  it("of a page", () => {
    const elements = (html: string): string[] =>
      [
        ...html
          .replaceAll(/<(style|script)>[^]*?<\/\1>|<svg[^>]* class="chart[^]*?<\/svg>/g, "")
          .matchAll(/<(\/?[a-zA-Z][\w-]*)(?=[\s/>])/g),
      ].map(([, name]) => name!);
    expect(elements(hostile.html)).toEqual(elements(plain.html));
    expect(hostile.html).not.toMatch(control);
    expect(hostile.html).not.toMatch(/href="?javascript/);
    expect(hostile.html.length).toBeLessThan(600_000);
    expect(hostile.html).toContain("more characters)");
  });

  it("of markdown", () => {
    const blocks = (markdown: string): string[] =>
      markdownIt({ html: true })
        .parse(markdown, {})
        .flatMap(({ type, tag, content }) => [
          type === "html_block" ? `html ${content.replace(/<summary>.*<\/summary>/, "<summary>")}` : `${type} ${tag}`,
        ]);
    expect(blocks(hostile.md)).toEqual(blocks(plain.md));
    const inline = markdownIt({ html: true })
      .parse(hostile.md, {})
      .flatMap(({ children }) => children ?? []);
    expect(inline.filter(({ type }) => type === "html_inline" || type === "link_open")).toEqual([]);
    expect(hostile.md).not.toMatch(control);
    expect(hostile.md.length).toBeLessThan(400_000);
  });

  it("of a terminal", () => {
    expect(hostile.terminal).not.toMatch(control);
    expect(hostile.terminal.split("\n")).toHaveLength(plain.terminal.split("\n").length);
  });

  it("of CSV, where no cell starts a formula", () => {
    expect(hostile.csv.map(([name]) => name)).toEqual(plain.csv.map(([name]) => name));
    for (const [at, [name, csv]] of hostile.csv.entries()) {
      const fields = csvFields(csv);
      const shape = csvFields(plain.csv[at]![1]).map((line) => line.length);
      expect([name, fields.map((line) => line.length)]).toEqual([name, shape]);
      for (const field of fields.flat()) expect(field).not.toMatch(/^(?![+-]?[\d.]+(e[+-]?\d+)?$)[=+\-@\t\r\n]/i);
      expect(csv).not.toContain("\u0000");
    }
  });

  it("of JSON, which has it whole", () => {
    const shape = (json: string): unknown =>
      Object.entries(JSON.parse(json) as Record<string, object[]>).map(([name, rows]) => [
        name,
        rows.map((row) => Object.keys(row).length),
      ]);
    expect(shape(hostile.json)).toEqual(shape(plain.json));
    expect(hostile.json).toContain(long);
  });

  it("of SVG, which is well-formed XML", () => {
    expect(hostile.svg.map(([name]) => name)).toEqual(plain.svg.map(([name]) => name));
    for (const [at, [name, svg]] of hostile.svg.entries()) {
      // How many ticks an axis has follows from the room that its labels leave.
      expect([name, new Set(xmlElements(svg))]).toEqual([name, new Set(xmlElements(plain.svg[at]![1]))]);
      expect(svg).not.toMatch(control);
      expect(svg).toContain("SIMULATED, STAND-IN");
    }
  });

  it("of LaTeX: as many cells, and no command but ours", () => {
    expect(hostile.latex.map(([name]) => name)).toEqual(plain.latex.map(([name]) => name));
    const cells = (text: string): number[] => text.split("\n").map((line) => line.split(/(?<!\\)&/).length);
    const commands = (text: string): Set<string> => new Set([...text.matchAll(/\\[a-zA-Z]+/g)].map(([name]) => name));
    for (const [at, [name, text]] of hostile.latex.entries()) {
      expect([name, cells(text)]).toEqual([name, cells(plain.latex[at]![1])]);
      expect(commands(text)).not.toContain("\\script");
      expect(text.match(/\\end\{tabular\}/g)?.length ?? 0).toBe(
        plain.latex[at]![1].match(/\\end\{tabular\}/g)?.length ?? 0,
      );
      expect(text.replaceAll(/\\[{}]/g, "").match(/\{/g)?.length).toBe(
        text.replaceAll(/\\[{}]/g, "").match(/\}/g)?.length,
      );
      expect(text).not.toMatch(control);
    }
  });
});

it("gives the same bytes each time, in every format", async () => {
  expect(await allFormats(withWords(input, (word) => word.replaceAll(" ", "")))).toEqual(plain);
});

it("a question of a user is never markup, and never breaks a table of markdown", () => {
  const asked = fakeReportInput();
  asked.study.question = "a | b\n# no heading\n<script>alert(1)</script> [x](javascript:y) \u001B[31m`tick` *star*";
  const report = renderedReport(asked);
  expect(report).toContain(
    "a \\| b # no heading &lt;script>alert(1)&lt;/script> \\[x\\](javascript:y) \\[31m\\`tick\\` \\*star\\*",
  );
  const widths = report
    .slice(report.indexOf("## Results"), report.indexOf("Figures are"))
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split(/(?<!\\)\|/).length);
  // The two tables of results.
  expect(new Set(widths).size).toBe(2);
});
