import { describe, expect, it } from "vitest";
import type { AcrossEffect } from "../../src/schema/comparison.ts";
import { judgeChangeGate, parseChangeGate, type ChangeGate } from "../../src/analysis/change-gate.ts";

function gate(text: string): ChangeGate {
  const parsed = parseChangeGate(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

const effect = (ratio: number, lower: number, upper: number) =>
  ({ ratio, interval: { lower, upper }, why: null }) as AcrossEffect;
const met = (text: string, found: AcrossEffect | undefined) => judgeChangeGate(gate(text), "B", found).met;

describe("parseChangeGate", () => {
  it.each([
    ["output_throughput<=-3%", { metric: "output_throughput", operator: "<=", ratio: 0.97 }],
    [" ttft.p99 >= +5 % ", { metric: "ttft.p99", operator: ">=", ratio: 1.05 }],
    ["ttft.p99.9>0.5%", { metric: "ttft.p99.9", operator: ">", ratio: 1.005 }],
    ["rouge1<-1%", { metric: "rouge1", operator: "<", ratio: 0.99 }],
  ])("reads %s", (text, expected) => {
    const { ratio, ...rest } = gate(text);
    expect(rest).toEqual({ text: text.trim(), metric: expected.metric, operator: expected.operator });
    expect(ratio).toBeCloseTo(expected.ratio, 12);
  });

  it.each(["output_throughput", "a<=3", "a=3%", "a<=-3%b", "<=3%", "a<=--3%"])(
    "refuses %s with the grammar",
    (text) => {
      expect(parseChangeGate(text)).toMatchObject({
        ok: false,
        problem: { code: "no-gate", hint: expect.stringContaining("METRIC[.STAT]") as string },
      });
    },
  );

  it("refuses a loss of everything", () => {
    expect(parseChangeGate("a<=-100%").ok).toBe(false);
  });
});

describe("judgeChangeGate", () => {
  it("is met where the interval rules the change out, and not where it is there or may be", () => {
    expect(met("a<=-3%", effect(1, 0.98, 1.02))).toBe(true);
    expect(met("a<=-3%", effect(0.99, 0.96, 1.02))).toBe(false);
    expect(met("a<=-3%", effect(0.9, 0.89, 0.91))).toBe(false);
    expect(met("a>=+5%", effect(1.02, 1.01, 1.03))).toBe(true);
    expect(met("a>=+5%", effect(1.04, 1.01, 1.07))).toBe(false);
    expect(judgeChangeGate(gate("a<=-3%"), "B", effect(0.99, 0.96, 1.02)).because).toBe(
      "it is -1.0 % (-4.0 to +2.0), which does not rule it out",
    );
  });

  it("tells a bound that is in from one that is not", () => {
    const bound = gate("a<=-3%").ratio;
    expect(met("a<=-3%", effect(1, bound, 1.02))).toBe(false);
    expect(met("a<-3%", effect(1, bound, 1.02))).toBe(true);
  });

  it("is not met where nothing is known", () => {
    expect(met("a<=-3%", undefined)).toBe(false);
    const refused = { ratio: null, interval: null, why: "no conclusion: workload is not the same" } as AcrossEffect;
    expect(judgeChangeGate(gate("a<=-3%"), "B", refused)).toMatchObject({ met: false, because: refused.why });
    expect(met("a<=-3%", { ratio: 1, interval: null, why: "one launch" } as AcrossEffect)).toBe(false);
  });
});
