import { axesOf } from "../../../src/schema/axis.ts";
import { describe, expect, it } from "vitest";
import { countTrials, expandStudy, orderTrials } from "../../../src/design/index.ts";
import type { Study } from "../../../src/schema/study.ts";
import { makeStudy } from "../../support/make-study.ts";

const change = { id: "b", label: "b", set: { max_model_len: 100 }, pointer: "/design/b" };

function trialsOf(changes: Partial<Study> = {}) {
  const study = makeStudy({ kind: "duel", changes: [change] }, { order: "alternating", repeats: 6, ...changes });
  const expansion = expandStudy(study);
  const trials = orderTrials(study, expansion);
  expect(countTrials(study, expansion)).toBe(trials.length);
  return trials;
}

const round = (trials: ReturnType<typeof trialsOf>, block: number): string[] =>
  trials.filter((trial) => trial.block === block).map(({ experiment }) => experiment);

describe("a duel", () => {
  it("is one change against the baseline", () => {
    const { contrasts, baselines } = expandStudy(makeStudy({ kind: "duel", changes: [change] }));
    expect(contrasts).toEqual([
      { treatment: "b", control: "baseline", changed: { max_model_len: 100 }, family: "isolation" },
    ]);
    expect(baselines).toEqual(["baseline"]);
  });

  it("runs both sides once a round, and who went second goes first in the next", () => {
    const trials = trialsOf();
    expect(trials).toHaveLength(12);
    const first = round(trials, 1);
    expect(first.toSorted()).toEqual(["b", "baseline"]);
    for (const block of [1, 2, 3, 4, 5, 6]) {
      expect(round(trials, block)).toEqual(block % 2 === 1 ? first : first.toReversed());
    }
    expect(trialsOf()).toEqual(trials);
    expect(new Set(Array.from({ length: 20 }, (_, seed) => round(trialsOf({ seed }), 1)[0]))).toEqual(
      new Set(["b", "baseline"]),
    );
  });

  it("asks both sides of a round the same requests, and each round others", () => {
    const trials = trialsOf();
    const seeds = [1, 2, 3].map((block) => {
      const [one, other] = trials.filter((trial) => trial.block === block);
      expect(one!.seeds).toEqual(other!.seeds);
      return one!.seeds.load;
    });
    expect(new Set(seeds).size).toBe(3);
  });

  it("keeps the two sides of each point of a sweep together", () => {
    const sweep = axesOf({ "load.max_in_flight": [1, 4] }, "", () => null);
    for (const block of [1, 2]) {
      const names = round(trialsOf({ sweep }), block);
      expect(names).toHaveLength(4);
      expect(names.map((name) => name.split("·")[1])).toEqual([
        "max_in_flight=1",
        "max_in_flight=1",
        "max_in_flight=4",
        "max_in_flight=4",
      ]);
      expect(names[0]!.split("·")[0]).toBe(names[2]!.split("·")[0]);
    }
  });
});
