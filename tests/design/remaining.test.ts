import { axesOf } from "../../src/schema/axis.ts";
import { describe, expect, it } from "vitest";
import { countTrials, expandStudy, orderTrials } from "../../src/design/index.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import type { Study } from "../../src/schema/study.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const change = (id: string, length: number) => ({ id, label: id, set: { max_model_len: length }, pointer: "" });
const changesOf = (count: number) =>
  Array.from("abcdefghi".slice(0, count), (id, place) => change(id, 100 * (place + 1)));
const design = { kind: "isolation" as const, changes: changesOf(3) };

function trialsOf(more: Partial<Study> = {}, changes = 3): TrialSpec[] {
  const study = makeStudy({ kind: "isolation", changes: changesOf(changes) }, more);
  const expansion = expandStudy(study);
  const trials = orderTrials(study, expansion);
  expect(countTrials(study, expansion)).toBe(trials.length);
  return trials;
}

const namesOf = (trials: readonly TrialSpec[], block: number): string[] =>
  trials.filter((trial) => trial.block === block).map(({ experiment }) => experiment);

describe("order", () => {
  it("interleaved: every change once in each block, and the baseline too: twice from four changes on", () => {
    for (const [changes, visits] of [
      [1, 1],
      [3, 1],
      [4, 2],
      [9, 2],
    ] as const) {
      const trials = trialsOf({}, changes);
      for (const block of [1, 2, 3]) {
        const names = namesOf(trials, block);
        expect(names.filter((name) => name === "baseline")).toHaveLength(visits);
        expect(names.filter((name) => name !== "baseline").toSorted()).toEqual(changesOf(changes).map(({ id }) => id));
      }
      expect(trialsOf({}, changes)).toEqual(trials);
    }
  });

  it("interleaved: each place of a block is as likely the baseline's as any other's", () => {
    const places = Array.from({ length: 6 }, () => 0);
    for (let seed = 1; seed <= 200; seed += 1) {
      const trials = trialsOf({ seed }, 4);
      for (const block of [1, 2, 3])
        for (const [place, name] of namesOf(trials, block).entries()) if (name === "baseline") places[place]! += 1;
    }
    // 1,200 visits over six places: 200 each, with a standard deviation of 12.
    for (const visits of places) expect(Math.abs(visits - 200)).toBeLessThan(50);
  });

  it("interleaved: counts the changes of each workload and point by themselves", () => {
    const sweep = axesOf({ "load.concurrency": [1, 4] }, "", () => null);
    const count = (changes: number) =>
      trialsOf({ sweep, repeats: 1 }, changes).filter(({ experiment }) => experiment.startsWith("baseline")).length;
    expect([count(3), count(4)]).toEqual([2, 4]);
  });

  it("declared: the matrix's order in each block", () => {
    expect(trialsOf({ order: "declared", repeats: 2 }).map(({ experiment }) => experiment)).toEqual([
      "baseline",
      "a",
      "b",
      "c",
      "baseline",
      "a",
      "b",
      "c",
    ]);
  });

  it("gives every trial an id of its own and a replicate that counts", () => {
    const trials = trialsOf({}, 4);
    expect(new Set(trials.map(({ trialId }) => trialId)).size).toBe(trials.length);
    expect(trials.filter(({ experiment }) => experiment === "baseline").map(({ replicate }) => replicate)).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  it("does fewer repeats where the workload says that so many are enough at this fidelity", () => {
    expect(trialsOf({ fidelity: "smoke", order: "declared" })).toHaveLength(4);
  });

  it("runs accuracy once for each accuracy key, in the launch of a performance trial", () => {
    const trials = trialsOf({ accuracy: makeWorkload() });
    const accuracy = trials.filter(({ purpose }) => purpose === "accuracy");
    expect(accuracy.map(({ experiment }) => experiment).toSorted()).toEqual(["a", "b", "baseline", "c"]);
    for (const trial of accuracy) {
      const before = trials[trial.position - 2];
      expect(before).toMatchObject({
        experiment: trial.experiment,
        launchKey: trial.launchKey,
        purpose: "performance",
      });
    }
  });

  it("leaves accuracy that follows a peak to the search, and keeps that of other rows and of a stated rate", () => {
    const peak = { from: 4, to: null, tolerance: 0.1, most: 12, share: 0.99, sustain: true };
    const open = makeWorkload({ name: "open", scenario: "open" });
    const purposes = (accuracy: Study["accuracy"], workloads = [open]) => {
      const study = makeStudy(design, { peak, accuracy, workloads, repeats: 1, order: "declared" });
      return orderTrials(study, expandStudy(study)).map(({ purpose }) => purpose);
    };
    expect(purposes(open)).toEqual([]);
    expect(purposes({ ...open, load: { rate: 2 } })).toEqual(Array(4).fill("accuracy"));
    expect(purposes(makeWorkload())).toEqual(Array(4).fill("accuracy"));
    expect(purposes(makeWorkload(), [open, makeWorkload()]).filter((one) => one === "performance")).toHaveLength(4);
  });

  it("launches once for a row's sweep where the study shares launches, else for each trial", () => {
    const sweep = axesOf({ "load.concurrency": [1, 4] }, "", () => null);
    const workloads = [makeWorkload({ scenario: "closed" })];
    const launches = (launch: Study["launch"]) =>
      Map.groupBy(trialsOf({ sweep, workloads, launch, repeats: 1 }, 4), ({ launchKey }) => launchKey);
    // Five rows, and the baseline's second visit, each at both points.
    expect(
      [...launches("shared").values()].map((trials) => new Set(trials.map((one) => one.experimentId)).size),
    ).toEqual(Array(6).fill(2));
    expect(launches("each").size).toBe(12);
  });
});
