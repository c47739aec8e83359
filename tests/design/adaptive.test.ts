import { describe, expect, it } from "vitest";
import { nextTrial, outcomesOf, type NextTrial } from "../../src/design/adaptive.ts";
import { expandStudy } from "../../src/design/expand.ts";
import { countTrials, orderTrials } from "../../src/design/order.ts";
import { searchedExperiments } from "../../src/design/searched.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const study = makeStudy(
  {
    kind: "isolation",
    changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "/design/changes/0" }],
  },
  {
    repeats: 2,
    peak: { from: 4, to: null, tolerance: 0.1, most: 12, share: 0.99, sustain: true },
    workloads: [makeWorkload({ scenario: "open", arrivals: { kind: "poisson" }, slo: { ttft_ms: 200 } })],
  },
);
const expansion = expandStudy(study);
const [baseline, fp8] = searchedExperiments(study, expansion);

/** A trial of what is next, on a server that holds up to `capacity`. */
function run({ spec, experiment }: NextTrial, capacity: number, status = "SCREENED"): Trial {
  const good = Number(experiment.knobs["load.rate"]) <= capacity ? 99.5 : 80;
  return {
    spec,
    knobs: experiment.knobs,
    labels: experiment.labels,
    verdict: { status },
    measurements: [{ metric: "goodput_share", value: good }],
  } as unknown as Trial;
}

function runAll(capacity: number, past: Trial[] = []): Trial[] {
  for (;;) {
    const next = nextTrial(study, baseline!, { trials: past, all: past }, past.length + 1);
    if (next === null) return past;
    past.push(run(next, capacity));
  }
}

describe("nextTrial", () => {
  it("searches by probes in one life of the engine, then sustains the highest rate that held, each time in another", () => {
    const trials = runAll(22);
    expect(trials.map(({ spec, knobs }) => [spec.purpose, knobs["load.rate"]])).toEqual([
      ["probe", 4],
      ["probe", 8],
      ["probe", 16],
      ["probe", 32],
      ["probe", 22.6],
      ["probe", 19],
      ["probe", 20.7],
      ["performance", 20.7],
      ["performance", 20.7],
    ]);
    expect(new Set(trials.map(({ spec }) => spec.launchKey)).size).toBe(3);
    expect(new Set(trials.map(({ spec }) => spec.trialId)).size).toBe(trials.length);
    expect(trials[1]!.spec.experiment).toBe("baseline@rate=8");
  });

  it("goes on where a study was stopped, and asks nothing twice", () => {
    const whole = runAll(22);
    expect(runAll(22, whole.slice(0, 3))).toEqual(whole);
    expect(nextTrial(study, baseline!, { trials: whole, all: whole }, 99)).toBeNull();
  });

  it("keeps rows apart", () => {
    expect(outcomesOf(study, fp8!, runAll(22))).toEqual([]);
  });

  it("takes an INVALID probe for a rate that broke, and stops at one that FAILED", () => {
    const first = nextTrial(study, baseline!, { trials: [], all: [] }, 1)!;
    const after = (trial: Trial) => ({ trials: [trial], all: [trial] });
    expect(nextTrial(study, baseline!, after(run(first, 100, "INVALID")), 2)!.experiment.knobs["load.rate"]).toBe(2);
    expect(nextTrial(study, baseline!, after(run(first, 100, "FAILED")), 2)).toBeNull();
  });

  it("asks for another attempt at what is retried, and leaves the rest", () => {
    const whole = runAll(22);
    const failed = whole.map((trial, place) =>
      place === whole.length - 2 ? { ...trial, verdict: { ...trial.verdict, status: "FAILED" as const } } : trial,
    );
    const kept = failed.filter(({ verdict }) => verdict.status !== "FAILED");
    const again = nextTrial(study, baseline!, { trials: kept, all: failed }, 99)!;
    expect(again.spec).toMatchObject({ purpose: "performance", replicate: 1, attempt: 2 });
  });

  it("plans no trial without a rate, and counts the most that a search can take", () => {
    expect(orderTrials(study, expansion)).toEqual([]);
    expect(countTrials(study, expansion)).toBe(2 * 12 + 2 * 3);
  });
});
