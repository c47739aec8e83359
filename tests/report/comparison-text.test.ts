import { describe, expect, it } from "vitest";
import { comparisonText } from "../../src/report/comparison-text.ts";
import { comparedOperand, fakeComparison } from "../support/fake-comparison.ts";

const comparison = (...operands: Parameters<typeof fakeComparison>[0]) => fakeComparison(operands);
const measured = () => comparedOperand("A", [1000, 1010, 990]);

describe("comparisonText", () => {
  it("says which sides are simulated, in every format, and nothing of it where none is", () => {
    const mixed = comparison(measured(), comparedOperand("B", [1100, 1110, 1090], "simulated"));
    for (const format of ["table", "markdown", "json", "csv"] as const) {
      expect(comparisonText(mixed, [], format)).toContain("SIMULATED");
      expect(comparisonText(comparison(measured(), comparedOperand("B", [1100, 1110])), [], format)).not.toContain(
        "SIMULATED",
      );
    }
    expect(comparisonText(mixed, [], "table").split("\n")[0]).toBe(
      "SIMULATED: the numbers of B/baseline come from a simulated engine.",
    );
    expect(comparisonText(mixed, [], "table")).toContain("no conclusion: origin is not the same");
  });

  it("has a table for each operand, and says what no difference is known of", () => {
    const text = comparisonText(
      comparison(measured(), comparedOperand("B", [1100, 1110, 1090]), comparedOperand("C", [500])),
      [],
      "table",
    );
    expect(text).toContain("no known difference in engine, workload, data, model or machine");
    expect(text).toContain("B/baseline against A/baseline (control)");
    expect(text).toMatch(
      /^output_throughput +tok\/s +999\.967 +1,099\.97 +3 \/ 3 +\+10\.0 % \[\+7\.\d, \+12\.\d\] +≤ 0\.001 +higher$/m,
    );
    expect(text).toMatch(/C\/baseline[^]*1 +-50\.0 % +the treatment has one launch only/);
  });

  it("is one object as data, with the gates, and a row for each metric and operand as csv", () => {
    const gates = [{ gate: "output_throughput<=-3%", treatment: "B/baseline", met: true, because: "it is so" }];
    const compared = comparison(measured(), comparedOperand("B", [1100, 1110, 1090]));
    const answer = JSON.parse(comparisonText(compared, gates, "json")) as { [member: string]: unknown };
    expect(answer).toMatchObject({
      label: null,
      control: "A/baseline",
      operands: [{ name: "A/baseline", origin: "measured" }, { name: "B/baseline" }],
      not_the_same: [],
      effects: [
        { metric: "output_throughput", control_value: expect.closeTo(999.967, 2) as number, finding: "higher" },
      ],
      gates,
    });
    const [header, row, ...rest] = comparisonText(compared, gates, "csv").trim().split("\r\n");
    expect(rest).toEqual([]);
    expect(header?.split(",")).toHaveLength(row?.split(",").length ?? 0);
    expect(row).toMatch(/^measured,A\/baseline,B\/baseline,output_throughput,value,tok\/s,999\.96/);
  });

  it("lets nothing of a name become markup", () => {
    const named = { ...comparedOperand("B", [1100, 1110]), name: "B/a|b*c", notes: ["left out: <b>x</b>\u001B[31m"] };
    const text = comparisonText(comparison(measured(), named), [], "markdown");
    expect(text).toContain(String.raw`## B/a\|b\*c against`);
    expect(text).not.toContain("<b>");
    expect(text).not.toContain("\u001B");
  });
});

describe("comparisonText of a Pareto front", () => {
  const sides = comparison(measured(), comparedOperand("B", [1100, 1110, 1090]));

  it("stands before the effects, its rows in bold or marked", () => {
    const markdown = comparisonText(sides, [], "markdown", "pareto");
    expect(markdown.indexOf("## Pareto front")).toBeGreaterThan(0);
    expect(markdown.indexOf("## Pareto front")).toBeLessThan(markdown.indexOf("## B/baseline against"));
    expect(comparisonText(sides, [], "table", "pareto")).toContain("Pareto front");
    expect(comparisonText(sides, [], "table")).not.toContain("Pareto front");
  });

  it("is data too, with its origin", () => {
    const answer = JSON.parse(comparisonText(sides, [], "json", "pareto")) as { pareto: { operand: string }[] };
    expect(answer.pareto.map(({ operand }) => operand)).toEqual(["A/baseline", "B/baseline"]);
    expect(comparisonText(sides, [], "csv", "pareto").split("\r\n")[0]).toBe(
      "operand,throughput,interactivity,ttft_p50,tpot_p50,front,origin",
    );
  });
});
