import { describe, expect, it } from "vitest";
import { countTrials, expandStudy, orderTrials, remainingTrials } from "../../src/design/index.ts";
import type { LedgerEntry, TrialSpec } from "../../src/schema/trial-spec.ts";
import type { Study } from "../../src/schema/study.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const change = (id: string, length: number) => ({ id, label: id, set: { max_model_len: length }, pointer: "" });
const design = { kind: "isolation" as const, changes: [change("a", 100), change("b", 200), change("c", 300)] };

function trialsOf(changes: Partial<Study> = {}): TrialSpec[] {
  const study = makeStudy(design, changes);
  const expansion = expandStudy(study);
  const trials = orderTrials(study, expansion);
  expect(countTrials(study, expansion)).toBe(trials.length);
  return trials;
}

const entry = (spec: TrialSpec, status: LedgerEntry["status"], attempt = 1): LedgerEntry => ({
  ...spec,
  attempt,
  status,
  loadS: 1,
  startupS: 1,
});

describe("order", () => {
  it("interleaved: the baseline first and last in each block, all others once between, shuffled by the seed", () => {
    const trials = trialsOf();
    for (const block of [1, 2, 3]) {
      const names = trials.filter((trial) => trial.block === block).map(({ experiment }) => experiment);
      expect(names.at(0)).toBe("baseline");
      expect(names.at(-1)).toBe("baseline");
      expect(names.slice(1, -1).toSorted()).toEqual(["a", "b", "c"]);
    }
    expect(trialsOf()).toEqual(trials);
    const orders = Array.from({ length: 20 }, (_, seed) =>
      trialsOf({ seed })
        .map(({ experiment }) => experiment)
        .join(),
    );
    expect(new Set(orders).size).toBeGreaterThan(10);
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
    const trials = trialsOf();
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
    const sweep = [{ knob: "load.concurrency", values: [1, 4], pointer: "" }];
    const workloads = [makeWorkload({ scenario: "closed" })];
    const launches = (launch: Study["launch"]) =>
      new Set(trialsOf({ sweep, workloads, launch, repeats: 1 }).map(({ launchKey }) => launchKey)).size;
    expect(launches("shared")).toBe(5); // four rows, the baseline twice
    expect(launches("each")).toBe(10);
  });
});

describe("what remains", () => {
  it("is what has no trial yet", () => {
    const trials = trialsOf();
    const ledger = { trials: trials.slice(0, 5).map((spec) => entry(spec, "SCREENED")) };
    expect(remainingTrials(trials, ledger, new Set())).toEqual(trials.slice(5));
  });

  it("is, with --retry failed, another attempt at what FAILED last", () => {
    const trials = trialsOf();
    const [first, second, third] = trials as [TrialSpec, TrialSpec, TrialSpec];
    const ledger = {
      trials: [
        ...trials.map((spec) => entry(spec, spec === first || spec === second ? "FAILED" : "SCREENED")),
        entry(second, "SCREENED", 2),
        entry(third, "FAILED", 0),
      ],
    };
    const again = remainingTrials(trials, ledger, new Set(["failed"]));
    expect(again).toHaveLength(1);
    expect(again[0]).toMatchObject({ experimentId: first.experimentId, replicate: first.replicate, attempt: 2 });
    expect(again[0]?.trialId).toMatch(/-a2$/);
  });

  it("is nothing when all is done, whatever it came to", () => {
    const trials = trialsOf();
    expect(remainingTrials(trials, { trials: trials.map((spec) => entry(spec, "FAILED")) }, new Set())).toEqual([]);
  });
});
