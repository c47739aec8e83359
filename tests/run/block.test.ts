import { describe, expect, it } from "vitest";
import { blocksOf, launchesOf, takeLaunch } from "../../src/run/block.ts";
import type { BlockSpec } from "../../src/schema/block-spec.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";

const trials = ["1 a", "1 a", "1 b", "2 a"].map((text, place) => {
  const [block, launchKey] = text.split(" ");
  return { block: Number(block), launchKey, trialId: `t${place}` } as TrialSpec;
});
const ids = (specs: Iterable<TrialSpec>): string[] => [...specs].map(({ trialId }) => trialId);
const noProbes = (): TrialSpec[] => [];

describe("a queue of trials", () => {
  it("is taken launch by launch", () => {
    const queue = [...trials];
    expect([takeLaunch(queue), takeLaunch(queue)].map(ids)).toEqual([["t0", "t1"], ["t2"]]);
    expect(takeLaunch([])).toEqual([]);
  });

  it("is taken block by block, and is empty in the end", () => {
    const queue = [...trials];
    const blocks = [...blocksOf({ name: "s" }, queue)];
    expect(blocks).toEqual([
      { study: "s", block: 1, trials: trials.slice(0, 3) },
      { study: "s", block: 2, trials: trials.slice(3) },
    ]);
    expect(queue).toEqual([]);
  });
});

describe("the launches of a block", () => {
  it("are its trials by launch key, and leave the block as it is", () => {
    const block: BlockSpec = { study: "s", block: 1, trials: trials.slice(0, 3) };
    expect([...launchesOf(block, noProbes)].map(ids)).toEqual([["t0", "t1"], ["t2"]]);
    expect(block.trials).toHaveLength(3);
  });

  it("are one for a search, whose trials are asked for while it runs", () => {
    const asked: string[] = [];
    const probes = (name: string): TrialSpec[] => {
      asked.push(name);
      return trials;
    };
    expect([...launchesOf({ study: "s", search: "row@x" }, probes)].map(ids)).toEqual([ids(trials)]);
    expect(asked).toEqual(["row@x"]);
  });
});
