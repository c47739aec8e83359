import { describe, expect, it } from "vitest";
import { blocksOf, launchesOf, takeLaunch, type Running } from "../../src/run/block.ts";
import { planBlock } from "../../src/plan/index.ts";
import type { BlockSpec } from "../../src/schema/plan.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import {
  measured,
  outcomeOf,
  planSmall,
  runSmall,
  smallMatrix,
  studyWorld,
  type SmallRun,
} from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const trials = ["1 a", "1 a", "1 b", "2 a"].map((text, place) => {
  const [block, launchKey] = text.split(" ");
  return { block: Number(block), launchKey, trialId: `t${place}` } as TrialSpec;
});
const ids = (specs: Iterable<TrialSpec>): string[] => [...specs].map(({ trialId }) => trialId);
const all: Running = { probes: () => [], runs: () => true };

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
    expect([...launchesOf(block, all)].map(ids)).toEqual([["t0", "t1"], ["t2"]]);
    expect(block.trials).toHaveLength(3);
  });

  it("lack the trials that do not run by the time they are asked for, and are none where no trial runs", () => {
    const stopped = new Set<string>();
    const runs = ({ trialId }: TrialSpec): boolean => !stopped.has(trialId);
    const launches = launchesOf({ study: "s", block: 1, trials: trials.slice(0, 3) }, { ...all, runs });
    const ran: string[] = [];
    for (const launch of launches) {
      for (const { trialId } of launch) {
        ran.push(trialId);
        for (const later of ["t1", "t2"]) stopped.add(later);
      }
    }
    expect(ran).toEqual(["t0"]);
  });

  it("are one for a search, whose trials are asked for while it runs", () => {
    const asked: string[] = [];
    const probes = (name: string): TrialSpec[] => {
      asked.push(name);
      return trials;
    };
    expect([...launchesOf({ study: "s", search: "row@x" }, { ...all, probes })].map(ids)).toEqual([ids(trials)]);
    expect(asked).toEqual(["row@x"]);
  });
});

const temporaryFolder = useTemporaryFolders();

describe("runs that do one block each", () => {
  it("do them at the same time, and the study is whole after the last", async () => {
    const folder = temporaryFolder();
    const text = smallMatrix({ repeats: 2 });
    const run = async (number: number) => {
      const world = studyWorld(folder);
      const plan = await planSmall(world, text);
      const block = planBlock(plan, number);
      if (!block.ok) throw new Error(block.problem.message);
      return await runSmall(world, text, { request: { retry: new Set(), block: block.value } });
    };
    const found = await Promise.all([run(2), run(1)]);
    for (const one of found) expect(outcomeOf(one)).toMatchObject({ done: 2, fault: null });
    for (const one of found) expect(measured(one)).toBe(2);
    const whole = await runSmall(studyWorld(folder), text);
    expect([outcomeOf(whole).done, measured(whole)]).toEqual([0, 4]);
    expect(whole.trials.map(({ spec }) => spec.trialId).toSorted()).toEqual(
      whole.plan.trials.map(({ trialId }) => trialId).toSorted(),
    );
  });

  it("refuse a block that another one does, and one that the plan lacks", async () => {
    const folder = temporaryFolder();
    const plan = await planSmall(studyWorld(folder), smallMatrix());
    expect(planBlock(plan, 2)).toMatchObject({ problem: { code: "no-such-block", hint: "It has block 1 alone." } });
    const block = planBlock(plan, 1);
    if (!block.ok) throw new Error(block.problem.message);
    const request = { retry: new Set<string>(), block: block.value };
    let second: SmallRun | null = null;
    await runSmall(studyWorld(folder), smallMatrix(), {
      request,
      afterLaunch: async () => {
        second ??= await runSmall(studyWorld(folder), smallMatrix(), { request });
      },
    });
    expect(second).toMatchObject({ outcome: { ok: false, problem: { code: "study-is-running" } } });
  });
});
