import { describe, expect, it } from "vitest";
import { capacities, capacityNotes } from "../../src/analysis/capacity.ts";
import type { Curve } from "../../src/schema/curve.ts";
import type { PeakFound } from "../../src/schema/peak-found.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../support/fake-trials.ts";

const tp4 = fakeExperiment("tp4·r8", 0, { "load.rate": 8, tensor_parallel_size: 4 }, { workload: { name: "chat" } });
const study = {
  experiments: [{ ...tp4, gpus: 4 }],
  contrasts: [],
  fidelity: "valid",
  workloads: [{ name: "chat", scenario: "open", slo: true, ruleset: null }],
};
const question = { rate: 100, headroom: 0.2 };

function curveOf(
  changes: Partial<Curve> = {},
  goodput: Partial<Curve["points"][number]["figures"][number]> = {},
): Curve {
  const figure = { metric: "goodput", stat: "value" as const, unit: "req/s", launches: 3, ...goodput };
  return {
    name: "tp4",
    workload: "chat",
    setting: "load.rate",
    points: [
      {
        experiment: "tp4·r8",
        load: 8,
        figures: [{ value: 7.9, bounds: { lower: 7.5, upper: 8.3 }, ...figure }],
        keepsSlo: true,
        why: null,
      },
      { experiment: "tp4·r16", load: 16, figures: [], keepsSlo: false, why: null },
    ],
    knee: { load: null, why: "", blocks: { agree: 0, of: 0 } },
    slo: { share: 0.99, upTo: 8, breaksAt: 16 },
    drift: null,
    ...changes,
  };
}

const ofCurve = (curve: Curve) => capacities({ study, trials: [], curves: [curve], peaks: [] }, question)[0]!;

describe("capacities of a sweep", () => {
  it("have the price of an instance's GPUs where the matrix states one", () => {
    expect(ofCurve(curveOf()).pricePerHour).toBeNull();
    const priced = { ...study, price: { perGpuHour: 3.5 } };
    const found = capacities({ study: priced, trials: [], curves: [curveOf()], peaks: [] }, question);
    expect(found[0]).toMatchObject({ gpus: 4, pricePerHour: 14 });
  });

  it("are the rate and its headroom over the lower end of what an instance serves, rounded up, with their GPUs", () => {
    const found = ofCurve(curveOf());
    // 100 × 1.2 ÷ 7.5 = 16 exactly.
    expect(found).toMatchObject({ configuration: "tp4", upTo: 8, breaksAt: 16, instances: 16, gpus: 4, why: null });
    // An open loop served no more than it was offered.
    expect(found.perInstance).toEqual({ value: 7.9, bounds: { lower: 7.5, upper: 8 }, launches: 3 });
    expect(
      capacities({ study, trials: [], curves: [curveOf()], peaks: [] }, { rate: 100.1, headroom: 0.2 })[0]!.instances,
    ).toBe(17);
    expect(
      capacities({ study, trials: [], curves: [curveOf()], peaks: [] }, { rate: 0.1, headroom: 0 })[0]!.instances,
    ).toBe(1);
  });

  it("take the value itself where one launch has no interval, and say so", () => {
    const found = ofCurve(curveOf({}, { bounds: null, launches: 1 }));
    expect(found.instances).toBe(16); // 120 ÷ 7.9 = 15.2
    expect(capacityNotes([found], question).join("\n")).toContain("tp4 (chat): too few launches for an interval");
  });

  it("say what they extrapolate, and that an SLO which nothing broke makes them the most", () => {
    const notes = capacityNotes([ofCurve(curveOf({ slo: { share: 0.99, upTo: 8, breaksAt: null } }))], question);
    expect(notes).toEqual([
      "Instances are 100.00 requests/s × 1.20 = 120.00 requests/s ÷ what one instance serves within the SLO, at the lower end of its 95 % interval over launches, rounded up.",
      "tp4 (chat): extrapolated from one instance: several were not measured together, and the load must be divided evenly among them.",
      "tp4 (chat): no measured load broke the SLO, so that an instance serves at least this much, and fewer instances may do.",
    ]);
    const closed = ofCurve(curveOf({ setting: "load.concurrency" }));
    expect(closed.perInstance!.bounds!.upper).toBe(8.3);
    expect(capacityNotes([closed], question).at(-1)).toMatch(/^tp4 \(chat\): measured in a closed loop/);
  });

  it.each([
    ["no SLO", { slo: null }, "nobody could tell which of its requests met the SLO"],
    [
      "no load that kept it",
      { slo: { share: 0.99, upTo: null, breaksAt: 8 } },
      "no measured load kept the SLO (8 requests/s broke it): sweep lower loads",
    ],
    ["no goodput", { points: [] }, "no goodput was measured at 8 requests/s"],
  ])("refuse to guess of %s", (_, changes, why) => {
    expect(ofCurve(curveOf(changes as Partial<Curve>))).toMatchObject({ instances: null, perInstance: null, why });
  });

  it("name the flag where the workload states no SLO", () => {
    const without = { ...study, workloads: [{ ...study.workloads[0]!, slo: false }] };
    const [found] = capacities({ study: without, trials: [], curves: [curveOf({ slo: null })], peaks: [] }, question);
    expect(found!.why).toBe(
      "the workload chat states no SLO: give its limits with --slo ttft_ms=…,tpot_ms=…, or state `slo:` and run again",
    );
    expect(capacityNotes([found!], question)).toEqual([]);
  });
});

describe("capacities of a search", () => {
  const peak: PeakFound = {
    row: "tp4·r8",
    workload: "chat",
    share: 0.99,
    tries: [4, 8, 16].map((rate) => ({
      rate,
      outcome: rate < 16 ? ("held" as const) : ("broke" as const),
      withinSlo: 99,
      why: "",
      tookS: 1,
      savedS: null,
    })),
    peak: 8,
    undecided: null,
  };

  it("rest on the trials that sustained the peak", () => {
    const trials = [7.6, 7.8].map((value, index) =>
      withFigures(fakeTrial(tp4, { replicate: index + 1 }), [["goodput", "value", value]]),
    );
    const [found] = capacities({ study, trials, curves: [], peaks: [peak] }, question);
    expect(found).toMatchObject({ upTo: 8, breaksAt: 16, gpus: 4, setting: "load.rate" });
    expect(found!.perInstance!.value).toBeCloseTo(Math.sqrt(7.6 * 7.8), 9);
    // t of one degree of freedom at 97.5 % is 12.706; two logarithms have half their distance as standard error.
    const half = (12.7062047 * Math.log(7.8 / 7.6)) / 2;
    expect(found!.perInstance!.bounds!.lower).toBeCloseTo(Math.sqrt(7.6 * 7.8) / Math.exp(half), 6);
    expect(found!.instances).toBe(19); // 120 ÷ 6.5199
  });

  it("are of turns where conversations arrive: neither cut to their rate, nor guessed from it", () => {
    const turns = (own: typeof tp4, goodput: number) =>
      withFigures(fakeTrial(own, {}), [
        ["goodput", "value", goodput],
        ["turn_throughput", "value", goodput],
      ]);
    const [sustained] = capacities({ study, trials: [turns(tp4, 39)], curves: [], peaks: [peak] }, question);
    expect(sustained!.perInstance).toMatchObject({ value: 39 });
    const probe = turns(fakeExperiment("tp4·r7", 0, { "load.rate": 7 }, { workload: { name: "chat" } }), 34);
    const ofRow = { ...probe, labels: { ...probe.labels, row: peak.row } };
    const [unknown] = capacities({ study, trials: [ofRow], curves: [], peaks: [peak] }, question);
    expect(unknown).toMatchObject({ perInstance: null, why: expect.stringContaining("8 conversations a second") });
    const swept = capacities(
      { study, trials: [turns(tp4, 39)], curves: [curveOf({}, { value: 39, bounds: null })], peaks: [] },
      question,
    );
    expect(swept[0]!.perInstance).toMatchObject({ value: 39 });
  });

  it("rest on the probe where nothing sustained it, and refuse where no rate held", () => {
    const [alone] = capacities({ study, trials: [], curves: [], peaks: [peak] }, question);
    expect(alone).toMatchObject({ perInstance: { value: 8, bounds: null, launches: 1 }, instances: 15 });
    const none = { ...peak, peak: null, tries: peak.tries.slice(2) };
    const [refused] = capacities({ study, trials: [], curves: [], peaks: [none] }, question);
    expect(refused).toMatchObject({ instances: null, why: "no rate that was tried kept the SLO" });
    const undecided = { rate: 8, atLeast: 4, why: "client-bound" };
    const [least] = capacities(
      { study, trials: [], curves: [], peaks: [{ ...peak, peak: null, undecided }] },
      question,
    );
    expect(least).toMatchObject({ upTo: 4, instances: 30 });
  });
});
