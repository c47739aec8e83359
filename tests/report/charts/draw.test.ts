import { describe, expect, it } from "vitest";
import { chartFiles, drawCharts } from "../../../src/report/charts/draw.ts";
import type { Chart, ChartSpec } from "../../../src/report/charts/chart.ts";
import type { Json } from "../../../src/schema/json.ts";
import { number, relationOf, text } from "../../../src/report/relations/relation.ts";
import { reportKind } from "../../support/report-kind.ts";

const { theme } = await reportKind();
const hostile = `<script>"&'\u202E|\u0007`;
const relation = relationOf(
  "points",
  [{ name: hostile, value: 3 }],
  [
    text("name", "Name", ({ name }) => name),
    number("value", "Value", ({ value }) => ({ value, bounds: { lower: 2, upper: 4 } })),
  ],
);
const spec = (more: object = {}): ChartSpec => ({
  title: "Points",
  data: { name: "points" },
  mark: { type: "point", color: "var(--ship, #0072b2)" },
  encoding: { x: { field: "value_upper", type: "quantitative" }, y: { field: "name", type: "nominal" } },
  ...more,
});
const chartOf = (own: ChartSpec, rows = relation): Chart => ({
  name: "points",
  title: "Points",
  description: "",
  finding: "",
  origins: ["SIMULATED"],
  columns: 1,
  relation: rows,
  spec: own,
  params: {},
  data: { points: rows },
  svg: [],
});
const drawn = async (own: ChartSpec, rows = relation) =>
  drawCharts({ blocks: [{ type: "chart", chart: chartOf(own, rows) }] }, theme);
const panelsOf = async (own: ChartSpec, rows = relation): Promise<string[]> => {
  const answer = await drawn(own, rows);
  const block = answer.ok ? answer.value.blocks[0] : null;
  return block?.type === "chart" ? block.chart.svg : [];
};
const svgOf = async (own: ChartSpec, rows = relation): Promise<string> => (await panelsOf(own, rows)).join("");

describe("drawCharts", () => {
  it("draws the relation, with the theme's colours for light and dark, and the same bytes each time", async () => {
    const svg = await svgOf(spec());
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain("var(--ship, #0072b2)");
    expect(svg).toContain("var(--grid, #e7eaed)");
    expect(await svgOf(spec())).toBe(svg);
  });

  it("leaves out a panel without data", async () => {
    const panel = (name: string) => ({
      transform: [{ filter: `datum.name === '${name}'` }],
      facet: { row: { field: "name", type: "nominal" } },
      spec: { mark: "point", encoding: { x: { field: "value_upper", type: "quantitative" } } },
    });
    const rows = relationOf(
      "points",
      [{ name: "a", value: 3 }],
      [text("name", "Name", ({ name }) => name), number("value_upper", "Value", ({ value }) => value)],
    );
    const own: ChartSpec = { title: "Points", data: { name: "points" }, hconcat: [panel("a"), panel("b")] };
    expect(await panelsOf(own, rows)).toHaveLength(1);
  });

  it("gives a label that is cut off no more room than its limit", async () => {
    const widthOf = async (name: string): Promise<number> => {
      const rows = relationOf("points", [{ name }], [text("name", "Name", (row) => row.name)]);
      const own = spec({ encoding: { y: { field: "name", type: "nominal", axis: { labelLimit: 60 } } } });
      return Number(/viewBox="0 0 ([\d.]+)/.exec(await svgOf(own, rows))?.[1]);
    };
    expect(await widthOf("a-name-that-nobody-would-choose-".repeat(4))).toBe(await widthOf("a-name-that-has-60px"));
  });

  it("escapes what the data say, and gives each chart ids of its own", async () => {
    const svg = await svgOf(spec({ mark: { type: "point", clip: true } }));
    expect(svg).not.toContain("<script>");
    for (const [, id] of svg.matchAll(/\bid="([^"]+)"/g)) expect(id).toMatch(/^points-/);
  });

  it("gives a specification's parameters the report's values", async () => {
    const params = [
      { name: "said", value: "its own" },
      { name: "other", value: "kept" },
    ];
    const own = spec({ params, mark: "text", encoding: { text: { value: { expr: "said + ' ' + other" } } } });
    const chart = { ...chartOf(own), params: { said: "the report's" } };
    const answer = await drawCharts({ blocks: [{ type: "chart", chart }] }, theme);
    expect(JSON.stringify(answer)).toContain(">the report's kept<");
  });

  it("gives every specification the colours of decisions, and names that fit", async () => {
    const long = "quantization=fp8·max_num_seqs=32";
    const encoding = { text: { value: { expr: `shortened('${long}', 16)` } } };
    const svg = await svgOf(spec({ mark: { type: "text", color: { expr: "inks['REJECT']" } }, encoding }));
    expect(svg).toContain(">fp8·32<");
    expect(svg).toContain('fill="var(--reject-ink, #b04a00)"');
  });

  it("measures texts as wide as they are, so that none is cut that has room", async () => {
    const label = "by output throughput, better";
    const named = relationOf(
      "points",
      [{}],
      [
        text("name", "Name", () => label),
        number("value", "Value", () => ({ value: 3, bounds: { lower: 2, upper: 4 } })),
      ],
    );
    const own = spec({
      encoding: {
        x: { field: "value_upper", type: "quantitative" },
        y: { field: "name", type: "nominal", axis: { labelLimit: 200 } },
      },
    });
    const answer = await drawCharts(
      { blocks: [{ type: "chart", chart: { ...chartOf(own), data: { points: named } } }] },
      theme,
    );
    expect(JSON.stringify(answer)).toContain(`>${label}<`);
  });

  it("draws a row of panels one by one, each with the data and transforms of all, so that a narrow page can stack them", async () => {
    const { mark, encoding } = spec({ mark: { type: "point", clip: true } });
    const panel = (label: string): Json => ({
      transform: [{ calculate: `datum.both + ' ${label}'`, as: "name" }],
      mark: mark!,
      encoding: encoding!,
    });
    const row: ChartSpec = {
      data: { name: "points" },
      transform: [{ calculate: "'both'", as: "both" }],
      hconcat: [panel("left"), panel("right")],
    };
    const [left, right, ...others] = await panelsOf(row);
    expect(others).toEqual([]);
    expect(left).toMatch(/^<svg [\s\S]*both left/);
    expect(right).toMatch(/^<svg [\s\S]*both right/);
    expect(left).not.toContain("both right");
    for (const [, id] of right!.matchAll(/\bid="([^"]+)"/g)) expect(id).toMatch(/^points-2-/);
  });

  it("names the change of each mark, for the page to follow", async () => {
    const rows = [
      { step: 'fp8 "x"', value: 3 },
      { step: "len", value: 4 },
    ];
    const steps = relationOf("points", rows, [
      text("step", "Step", ({ step }) => step),
      number("value", "Value", ({ value }) => value),
    ]);
    const own = spec({
      encoding: { x: { field: "value", type: "quantitative" }, y: { field: "step", type: "nominal" } },
    });
    const svg = await svgOf(own, steps);
    expect([...svg.matchAll(/data-s="([^"]*)"/g)].map(([, name]) => name)).toEqual(["fp8 &quot;x&quot;", "len"]);
    expect(svg).not.toContain("\u0001");
    expect(svg).not.toContain('graphics-symbol" aria-roledescription="point mark"');
  });

  it.each([
    ["a file", { data: { url: "/etc/passwd" } }],
    ["a server", { data: { url: "http://127.0.0.1:9/rows.json" } }],
    ["an image", { mark: { type: "image", url: "http://127.0.0.1:9/x.png" } }],
  ])("reads no %s", async (_, more) => {
    expect(JSON.stringify(await drawn(spec(more)))).not.toContain("root:");
    expect(await svgOf(spec(more))).not.toContain("127.0.0.1");
  });

  it("says which file cannot be drawn", async () => {
    expect(await drawn(spec({ mark: "nothing" }))).toMatchObject({
      ok: false,
      problem: { code: "chart-refused", message: expect.stringContaining("points.vl.json cannot be drawn") },
    });
  });
});

describe("chartFiles", () => {
  it("has title and origin, and colours that need no page", async () => {
    const svg = await chartFiles({ blocks: [{ type: "chart", chart: chartOf(spec()) }] }, theme);
    expect(svg).toMatchObject({ ok: true, value: [["points", expect.stringMatching(/Points[\s\S]*SIMULATED/)]] });
    expect(JSON.stringify(svg)).not.toContain("var(--");
    expect(JSON.stringify(svg)).toContain("#0072b2");
  });
});
