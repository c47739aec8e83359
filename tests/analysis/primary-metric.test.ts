import { describe, expect, it } from "vitest";
import { decisions } from "../../src/analysis/decisions.ts";
import type { Decision } from "../../src/schema/effect.ts";
import type { Contrast } from "../../src/schema/experiment.ts";
import type { Statistic } from "../../src/schema/measurement.ts";
import type { DeclaredWorkload } from "../../src/schema/study-record.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../support/fake-trials.ts";

type Figures = [string, Statistic, number | null][];

/** The decision about one change, from the figures of each side's trials, a block each. */
function decided(
  workload: Partial<Workload>,
  control: Figures[],
  treatment: Figures[],
  declared?: Partial<DeclaredWorkload>,
): Decision {
  const experiments = [
    fakeExperiment("baseline", 0, {}, { workload }),
    fakeExperiment("change", 1, { seqs: 2 }, { workload }),
  ];
  const contrast: Contrast = { treatment: "change", control: "baseline", changed: { seqs: 2 }, family: "isolation" };
  const trials = [control, treatment].flatMap((side, arm) => [
    ...side.map((figures, block) => withFigures(fakeTrial(experiments[arm]!, { replicate: block + 1 }), figures)),
    fakeTrial(experiments[arm]!, { purpose: "accuracy" }),
  ]);
  const { scenario, name } = experiments[0]!.workload;
  const workloads = declared && [{ name, scenario, slo: false, ruleset: null, ...declared }];
  return decisions(
    { experiments, contrasts: [contrast], fidelity: "valid", ...(workloads && { workloads }) },
    trials,
  )[1]!;
}

const each = (metric: string, values: number[], stat: Statistic = "value"): Figures[] =>
  values.map((value) => [[metric, stat, value]]);

const closed = { scenario: "closed", load: { concurrency: 8 } } as const;
const open = { scenario: "open", arrivals: { kind: "poisson" } } as const;
const slo = { ttft_ms: 200 };

describe("the figure that decides", () => {
  it("follows from the declaration: Offline, closed load, an open loop, limits, a ruleset", () => {
    const same = [100, 101, 102];
    const of = (workload: Partial<Workload>, metric: string, stat: Statistic = "value", declared = {}) =>
      decided(workload, each(metric, same, stat), each(metric, same, stat), declared).metric;
    expect(of({}, "output_throughput")).toBe("output_throughput value");
    expect(of(closed, "output_throughput_steady")).toBe("output_throughput_steady value");
    expect(of(open, "e2e_sched", "p50")).toBe("e2e_sched p50");
    expect(of({ ...open, slo }, "goodput", "value", { slo: true })).toBe("goodput value");
    const ruleset = "mlperf-inference-v6.1/llama3.1-8b";
    expect(of(open, "loadgen_tokens", "value", { ruleset, slo: true })).toBe("loadgen_tokens value");
    expect(of(open, "loadgen_latency", "value", { ruleset, scenario: "single_stream" })).toBe("loadgen_latency value");
  });

  it("is latency in an open loop, where a throughput that got better says nothing", () => {
    const side = (latency: number, throughput: number): Figures[] =>
      [1, 2, 3].map((block) => [
        ["e2e_sched", "p50", latency + block / 10],
        ["output_throughput", "value", throughput + block / 10],
      ]);
    expect(decided(open, side(100, 1000), side(150, 1300))).toMatchObject({
      outcome: "REJECT",
      metric: "e2e_sched p50",
      metricWhy: "the load is an open loop without an SLO, whose throughput is the offered rate",
    });
  });

  it("follows from the trials' workload where the record has no declarations, and never from the results", () => {
    const goodput = each("goodput", [0, 0, 4]);
    expect(decided({ ...open, slo }, each("goodput", [5, 5.1, 5.2]), goodput).metric).toBe("goodput value");
    const zero = decided({ ...open, slo }, each("goodput", [0, 0, 0]), each("goodput", [0, 0, 0]), { slo: true });
    expect(zero.metric).toBe("goodput value");
  });

  it("is the throughput of the whole window in closed load where a trial is older than the steady one", () => {
    const [older, newer] = [each("output_throughput", [100, 101, 102]), each("output_throughput_steady", [9, 9, 9])];
    const made = decided(closed, older, newer);
    expect(made.metric).toBe("output_throughput value");
    expect(made.metricWhy).toContain("trials of an earlier version lack the steady throughput");
    // A trial that has it and could not measure it is no older trial.
    const unmeasured: Figures[] = [1, 2, 3].map(() => [["output_throughput_steady", "value", null]]);
    expect(decided(closed, newer, unmeasured)).toMatchObject({
      outcome: "HOLD",
      metric: "output_throughput_steady value",
    });
  });
});

describe("a zero", () => {
  const sloed = { ...closed, slo };
  const goodput = (control: number[], treatment: number[]): Decision => {
    const faster = (values: number[], throughput: number): Figures[] =>
      values.map((value) => [
        ["goodput", "value", value],
        ["output_throughput", "value", throughput + value / 100],
      ]);
    return decided(sloed, faster(control, 1000), faster(treatment, 1300), { slo: true });
  };

  it("against something is REJECT, whatever another figure says", () => {
    const made = goodput([5, 5.1, 4.9], [0, 0, 0]);
    expect(made.outcome).toBe("REJECT");
    expect(made.because).toContain("goodput from 5 to 0");
    expect(goodput([9, 2, 5], [0, 0, 0]).outcome).toBe("REJECT");
  });

  it("of the control is better without a ratio, on both sides is HOLD, in some trials is data", () => {
    const made = goodput([0, 0, 0], [5, 5.1, 4.9]);
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toContain("goodput from 0 to 5");
    const none = goodput([0, 0, 0], [0, 0, 0]);
    expect(none).toMatchObject({ outcome: "HOLD", metric: "goodput value" });
    expect(none.missing[0]?.text).toContain("both sides measured zero throughout");
    expect(goodput([5, 5.1, 4.9], [0, 0, 5]).metric).toBe("goodput value");
    expect(goodput([5, 5.1, 4.9], [0, 0, 5]).because).toContain("3 against 3 launches");
  });
});
