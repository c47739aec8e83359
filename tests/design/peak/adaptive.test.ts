import { describe, expect, it } from "vitest";
import {
  experimentAtPeak,
  nextTrial,
  outcomesOf,
  undecidedAt,
  type NextTrial,
} from "../../../src/design/peak/adaptive.ts";
import { expandStudy } from "../../../src/design/expand.ts";
import { countTrials, orderTrials } from "../../../src/design/remaining.ts";
import { searchedExperiments } from "../../../src/design/peak/searched.ts";
import { accuracyKey } from "../../../src/schema/ids.ts";
import type { Study } from "../../../src/schema/study.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { makeStudy, makeWorkload } from "../../support/make-study.ts";
import { spoiledByClient } from "../../support/searched-study.ts";

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
    configurationId: experiment.configurationId,
    accuracyKey: accuracyKey(experiment.identity.configuration, experiment.workload),
    verdict: { status, checks: [] },
    measurements: [{ metric: "goodput_share", value: good }],
  } as unknown as Trial;
}

function runAll(capacity: number, past: Trial[] = [], searching: Study = study, row = baseline!): Trial[] {
  for (;;) {
    const next = nextTrial(searching, row, { trials: past, all: past }, past.length + 1);
    if (next === null) return past;
    past.push(run(next, capacity));
  }
}

const undecided = (past: Trial[]) =>
  undecidedAt(study, baseline!, { trials: past, all: past })?.knobs["load.rate"] ?? null;

describe("nextTrial", () => {
  it("searches by probes in one launch, until the highest rate that held is known", () => {
    const trials = runAll(22);
    expect(trials.map(({ spec, knobs }) => [spec.purpose, knobs["load.rate"]])).toEqual([
      ["probe", 4],
      ["probe", 8],
      ["probe", 16],
      ["probe", 32],
      ["probe", 22.6],
      ["probe", 19],
      ["probe", 20.7],
    ]);
    expect(new Set(trials.map(({ spec }) => spec.launchKey)).size).toBe(1);
    expect(experimentAtPeak(study, baseline!, trials)?.labels.name).toBe("baseline·r20.7");
    for (let known = 0; known < trials.length; known += 1) {
      expect(experimentAtPeak(study, baseline!, trials.slice(0, known))).toBeNull();
    }
    expect(new Set(trials.map(({ spec }) => spec.trialId)).size).toBe(trials.length);
    expect(trials[1]!.spec.experiment).toBe("baseline·r8");
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
    const failed = after(run(first, 100, "FAILED"));
    expect([nextTrial(study, baseline!, failed, 2), experimentAtPeak(study, baseline!, failed.trials)]).toEqual([
      null,
      null,
    ]);
  });

  it("tries a rate again whose probe the client spoiled, and ends undecided where that happens twice", () => {
    const past: Trial[] = [];
    const step = () => nextTrial(study, baseline!, { trials: past, all: past }, past.length + 1);
    const rateOf = (next: NextTrial | null) => next?.experiment.knobs["load.rate"];
    for (const _ of [4, 8]) past.push(run(step()!, 22));
    past.push(spoiledByClient(run(step()!, 22)));
    expect([rateOf(step()), step()!.spec.attempt, undecided(past)]).toEqual([16, 2, null]);
    const judged = [...past, run(step()!, 22)];
    expect(rateOf(nextTrial(study, baseline!, { trials: judged, all: judged }, 5))).toBe(32);
    past.push(spoiledByClient(run(step()!, 22)));
    expect([step(), experimentAtPeak(study, baseline!, past), undecided(past)]).toEqual([null, null, 16]);
    // `--retry invalid`: the last attempt does not stand, and two more may follow.
    const retried = (more: Trial[]) => ({ trials: [...past.slice(0, 2), ...more], all: [...past, ...more] });
    const third = nextTrial(study, baseline!, retried([]), 6)!;
    expect([rateOf(third), third.spec.attempt]).toEqual([16, 3]);
    const more = [spoiledByClient(run(third, 22))];
    const fourth = nextTrial(study, baseline!, retried(more), 7)!;
    expect([rateOf(fourth), fourth.spec.attempt]).toEqual([16, 4]);
    expect(nextTrial(study, baseline!, retried([...more, spoiledByClient(run(fourth, 22))]), 8)).toBeNull();
  });

  it("asks for another attempt at what is retried, and leaves the rest", () => {
    const whole = runAll(22);
    const kept = whole.slice(0, -1);
    const again = nextTrial(study, baseline!, { trials: kept, all: whole }, 99)!;
    expect(again.spec).toMatchObject({ purpose: "probe", replicate: 1, attempt: 2 });
    expect(again.spec.experiment).toBe(whole.at(-1)!.spec.experiment);
  });

  describe("with accuracy that follows a peak that is not sustained", () => {
    const accurate = { ...study, accuracy: study.workloads[0]!, peak: { ...study.peak!, sustain: false } };
    const steps = (trials: Trial[]) => trials.map(({ spec }) => `${spec.purpose} ${spec.experiment} ${spec.launchKey}`);

    it("measures it at the peak once, in the launch of the probes, and not where no rate held", () => {
      expect(steps(runAll(4.1, [], accurate)).slice(-2)).toEqual([
        "probe baseline·r4.36 peak-baseline",
        "accuracy baseline·r4 peak-baseline",
      ]);
      expect(runAll(0, [], accurate).every(({ spec }) => spec.purpose === "probe")).toBe(true);
      const sustaining = runAll(4.1, [], { ...accurate, peak: study.peak });
      expect(sustaining.every(({ spec }) => spec.purpose === "probe")).toBe(true);
    });

    it("goes on where it was stopped, and takes the answer of another row of the same configuration", () => {
      const whole = runAll(4.1, [], accurate);
      for (let kept = 1; kept < whole.length; kept += 1)
        expect(steps(runAll(4.1, whole.slice(0, kept), accurate))).toEqual(steps(whole));
      const workload = { ...baseline!.workload, slo: { ttft_ms: 300 }, warmupRequests: 9 };
      const other = { ...baseline!, workload, labels: { ...baseline!.labels, name: "baseline@other" } };
      const more = runAll(4.1, [...whole], accurate, other).slice(whole.length);
      expect(more.filter(({ spec }) => spec.purpose === "accuracy")).toEqual([]);
      const changed = runAll(4.1, [...whole], accurate, fp8).slice(whole.length);
      expect(changed.filter(({ spec }) => spec.purpose === "accuracy")).toHaveLength(1);
    });

    it("asks for it again where it is retried", () => {
      const whole = runAll(4.1, [], accurate);
      const kept = whole.filter(({ spec }) => spec.purpose !== "accuracy");
      expect(nextTrial(accurate, baseline!, { trials: kept, all: whole }, 99)!.spec).toMatchObject({
        purpose: "accuracy",
        replicate: 1,
        attempt: 2,
      });
    });

    it("is not part of the order, and counted with the most that a search can take", () => {
      expect(orderTrials(accurate, expansion)).toEqual([]);
      expect(countTrials(accurate, expansion)).toBe(2 * 12 + 2);
      expect(countTrials({ ...accurate, peak: study.peak }, expansion)).toBe(2 * 12 + 2 * 2 + 2);
    });
  });

  it("plans no trial without a rate, and counts the most that a search can take", () => {
    expect(orderTrials(study, expansion)).toEqual([]);
    expect(countTrials(study, expansion)).toBe(2 * 12 + 2 * 2);
  });
});
