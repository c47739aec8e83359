import { describe, expect, it } from "vitest";
import { readPage } from "../../src/commands/report/kind-files.ts";
import { comparisonPage, type ComparisonFiles } from "../../src/report/comparison-page.ts";
import type { Comparison, ComparisonReport, GateJudgement } from "../../src/schema/comparison.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { comparedOperand, fakeComparison } from "../support/fake-comparison.ts";

const read = await readPage(realWorld(), ["compare"]);
if (!read.ok) throw new Error(read.problem.message);
const files: ComparisonFiles = { ...read.value, chart: read.value.charts["compared"]! };

async function page(
  comparison: Comparison,
  gates: GateJudgement[] = [],
  report: ComparisonReport = "effects",
): Promise<string> {
  const html = await comparisonPage(comparison, gates, report, files);
  if (!html.ok) throw new Error(html.problem.message);
  return html.value;
}

const slower = comparedOperand("A", [1000, 1010, 990]);
const faster = comparedOperand("B", [1100, 1110, 1090], "simulated");

describe("comparisonPage", () => {
  it("has the answer, the chart, the tiles and the tables, in this order", async () => {
    const html = await page(fakeComparison([slower, comparedOperand("B", [1100, 1110, 1090])]));
    const places = [
      '<p class="answer">',
      'id="c-compared"',
      "<svg",
      '<dl class="tiles">',
      "B/baseline against A/baseline (control)",
      "What is not the same",
    ].map((part) => html.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places.toSorted((left, right) => left - right)).toEqual(places);
    expect(html).toContain("B/baseline has +10.0\u202F% output tok/s against A/baseline.");
    expect(html).not.toContain('class="badge"');
  });

  it("says where numbers come from, which gates are not met, and which sides are on the front", async () => {
    const gate = { gate: "output_throughput<=-3%", treatment: "B/baseline", met: false, because: "it may be there" };
    const html = await page(fakeComparison([slower, faster]), [gate], "pareto");
    expect(html).toContain('<span class="badge">SIMULATED</span>');
    expect(html).toContain("Gate output_throughput&lt;=-3% not met by B/baseline: it may be there.");
    expect(html).toContain("Pareto front");
    expect(html).toContain("Nothing is concluded of B/baseline against A/baseline: origin is not the same");
    // Nothing is drawn where there is no ratio, though each side was launched three times.
    expect(html).not.toContain('id="c-compared"');
    expect(html).toContain("nothing was concluded");
  });

  it("draws the sides in the order in which they were named", async () => {
    const html = await page(
      fakeComparison([slower, comparedOperand("Z", [1100, 1110, 1090]), comparedOperand("B", [1000, 1020, 995])]),
    );
    const [chart = ""] = /<svg[^>]* class="chart[^]*?<\/svg>/.exec(html) ?? [];
    expect(chart.indexOf(">Z/baseline<")).toBeGreaterThan(0);
    expect(chart.indexOf(">B/baseline<")).toBeGreaterThan(chart.indexOf(">Z/baseline<"));
  });

  it("names sides of one study by their rows", async () => {
    const own = { ...comparedOperand("B", [1100, 1090, 1110]), name: "A/fp8", study: "A" };
    const html = await page(fakeComparison([slower, own]));
    expect(/<p class="answer">(.*)<.p>/.exec(html)?.[1]).toBe("fp8 has +10.0\u202F% output tok/s against baseline.");
  });

  it("makes no element of a name, asks for nothing, and is the same each time", async () => {
    const hostile = { ...faster, name: '"><script>alert(1)</script>\u202E|`\u0000', study: "=<b>" };
    const comparison = fakeComparison([slower, hostile]);
    const html = await page(comparison, [], "pareto");
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toContain("<b>&");
    expect(html).not.toMatch(/(?!\n)\p{Cc}|\u202E/u);
    expect(html).not.toMatch(/src=|url\((?!#)|@import|https?:\/\/(?!www\.w3\.org)/);
    expect(await page(comparison, [], "pareto")).toBe(html);
  });
});
