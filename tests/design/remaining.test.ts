import { describe, expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";
import { createHistory, day, hour, oneMachine, studyOf } from "../support/study-history.ts";

const change = (id: string, length: number) => ({ id, label: id, set: { max_model_len: length }, pointer: "" });
const sorted = (names: readonly string[] | undefined): string[] => (names ?? []).toSorted();
const idsOf = (trials: readonly Pick<TrialSpec, "trialId">[]): string[] => trials.map(({ trialId }) => trialId);

describe("a study that goes on", () => {
  it("is everything at first, and nothing when all is done, whatever it came to", () => {
    const study = studyOf("abc");
    const history = createHistory(study);
    expect(history.lookAhead()).toEqual({
      trials: orderTrials(study, expandStudy(study)),
      continues: null,
      beside: [],
    });
    history.run({ status: () => "FAILED" });
    history.wait(day);
    expect(history.lookAhead()).toEqual({ trials: [], continues: null, beside: [] });
  });

  it.each(["interleaved", "declared", "shuffled"] as const)(
    "goes on with the trial that was in flight where it is killed and run again: order %s",
    (order) => {
      for (let trials = 1; trials < 12; trials += 1) {
        const study = studyOf("abc", { order, accuracy: makeWorkload() });
        const whole = orderTrials(study, expandStudy(study));
        const history = createHistory(study);
        history.run({ trials });
        history.wait(0.5);
        const next = history.lookAhead();
        expect(idsOf(next.trials)).toEqual(idsOf(whole.slice(trials)));
        expect(next.trials.map(({ block, position }) => [block, position])).toEqual(
          whole.slice(trials).map(({ block, position }) => [block, position]),
        );
        history.run();
        expect(idsOf(history.entries)).toEqual(idsOf(whole));
      }
    },
  );

  it("opens the block again where the interruption is longer than a block tolerates", () => {
    const history = createHistory(studyOf("abc"));
    history.run({ trials: 6 });
    const left = sorted(history.blocks()[2]);
    history.wait(1.01 * hour);
    const next = history.lookAhead();
    expect(next.continues).toBeNull();
    expect(new Set(next.trials.map(({ block }) => block))).toEqual(new Set([3, 4]));
    history.run();
    expect(sorted(history.blocks()[2])).toEqual(left);
    expect(sorted(history.blocks()[3])).toContain("baseline");
    for (const row of ["a", "b", "c"]) expect(pairs(history, row)).toBe(3);
    expect(history.lookAhead().trials).toEqual([]);
  });

  it("opens the block again where the clock was set back by more than a block tolerates", () => {
    const history = createHistory(studyOf("abc"));
    history.run({ trials: 6 });
    history.wait(-1.01 * hour);
    expect(history.lookAhead().continues).toBeNull();
  });

  it("counts the start of the engine into the interruption, since a trial begins after it", () => {
    const history = createHistory(studyOf("abc"));
    history.run({ trials: 2 });
    history.wait(0.99 * hour);
    expect(history.lookAhead().continues).toBeNull();
  });

  it("keeps what was measured beside a baseline in a block that was broken off, and adds what it lacks", () => {
    const history = createHistory(studyOf("abc", { order: "declared", repeats: 2 }));
    history.run({ trials: 6 });
    history.wait(day);
    history.run();
    expect(history.blocks()).toEqual({
      1: ["baseline", "a", "b", "c"],
      2: ["baseline", "a"],
      3: ["baseline", "b", "c"],
    });
  });

  it.each([
    ["host", { ...oneMachine, host: "bench-2" }],
    ["GPU", { ...oneMachine, gpus: { null: "GPU-2 570.1" } }],
  ])("opens the block again on another %s", (_, devices) => {
    const history = createHistory(studyOf("ab", { order: "declared" }));
    history.run({ trials: 2 });
    expect(history.lookAhead().continues).toBe(1);
    expect(history.lookAhead({ devices }).continues).toBeNull();
    history.run({ devices });
    expect(history.blocks()[2]).toEqual(["baseline", "a", "b"]);
    expect(pairs(history, "b")).toBe(3);
  });

  it("does not count what ran in one block on two builds of the engine", () => {
    const history = createHistory(studyOf("ab", { order: "declared", repeats: 1 }));
    history.run({ trials: 2 });
    history.run({ trials: 1, engine: "engine 1.1" });
    expect(history.blocks()).toEqual({ 1: ["baseline", "a", "b"] });
    history.run({ engine: "engine 1.1" });
    expect(history.blocks()[2]).toEqual(["baseline", "b"]);
  });

  it("counts a block in which each row ran on the engine that is declared for it", () => {
    const history = createHistory(studyOf("ab", { order: "declared", repeats: 1 }));
    history.run({ engine: ({ experiment }) => ({ [experiment]: `engine of ${experiment}` }) });
    expect(history.lookAhead().trials).toEqual([]);
  });

  it("runs a row that is added in new blocks, beside baselines of their own", () => {
    const study = studyOf("ab");
    const history = createHistory(study);
    history.run();
    history.wait(day);
    const more = { study: studyOf("abc") };
    const next = history.lookAhead(more).trials;
    expect(new Set(next.map(({ block }) => block))).toEqual(new Set([4, 5, 6]));
    history.run(more);
    for (const block of [4, 5, 6]) expect(sorted(history.blocks()[block])).toEqual(["baseline", "c"]);
    expect(history.lookAhead(more).trials).toEqual([]);
    expect(new Set(idsOf(history.entries)).size).toBe(history.entries.length);
  });

  it("runs two baselines in a new block of four rows or more", () => {
    const history = createHistory(studyOf("a"));
    history.run();
    history.run({ study: studyOf("abcde") });
    expect(sorted(history.blocks()[4])).toEqual(["b", "baseline", "baseline", "c", "d", "e"]);
  });

  it("finishes a block as it was drawn where the matrix is edited meanwhile, and runs the new row in the next ones", () => {
    const history = createHistory(studyOf("ab", { order: "declared" }));
    history.run({ trials: 4 });
    const more = { study: studyOf("abc", { order: "declared" }) };
    history.run(more);
    expect(history.blocks()).toEqual({
      1: ["baseline", "a", "b"],
      2: ["baseline", "a", "b"],
      3: ["baseline", "a", "b", "c"],
      4: ["baseline", "c"],
      5: ["baseline", "c"],
    });
  });

  it("drops a row of a block that goes on where the matrix has it no more, or skips it", () => {
    const history = createHistory(studyOf("abc", { order: "declared", repeats: 1 }));
    history.run({ trials: 2 });
    expect(history.lookAhead({ study: studyOf("ac", { order: "declared", repeats: 1 }) }).trials).toMatchObject([
      { experiment: "c", block: 1 },
    ]);
    const changes = [change("a", 9700), { ...change("b", 9800), skip: "not yet" }, change("c", 9900)];
    const skipping = makeStudy({ kind: "isolation", changes }, { order: "declared", repeats: 1 });
    expect(history.lookAhead({ study: skipping }).trials).toMatchObject([{ experiment: "c", block: 1 }]);
  });

  it("puts every step of a stack beside the step below it and the baseline", () => {
    const steps = ["a", "b", "c"].map((id) => ({ id, label: id, set: { [`env.${id}`]: "1" }, pointer: "" }));
    const stacked = (count: number) =>
      makeStudy({ kind: "stacked", changes: steps.slice(0, count), cumulative: true }, { order: "declared" });
    const history = createHistory(stacked(2));
    history.run();
    history.run({ study: stacked(3) });
    expect(history.blocks()[4]).toEqual(["baseline", "b", "c"]);
  });

  it("goes on in turns in a duel", () => {
    const duel = (repeats: number) =>
      makeStudy({ kind: "duel", changes: [change("b", 100)] }, { order: "alternating", repeats });
    const history = createHistory(duel(2));
    history.run();
    history.wait(day);
    history.run({ study: duel(4) });
    const blocks = history.blocks();
    expect(blocks[3]).toEqual(blocks[1]);
    expect(blocks[4]).toEqual(blocks[2]);
    expect(Object.keys(blocks)).toHaveLength(4);
  });
});

describe("--repeats and --seed", () => {
  it("adds blocks until there are as many as were asked for, and no more", () => {
    const history = createHistory(studyOf("ab"));
    history.run();
    history.wait(day);
    history.run({ repeats: 5 });
    expect(Object.keys(history.blocks())).toEqual(["1", "2", "3", "4", "5"]);
    expect(sorted(history.blocks()[5])).toEqual(["a", "b", "baseline"]);
    expect(history.lookAhead({ repeats: 5 }).trials).toEqual([]);
    expect(history.lookAhead().trials).toEqual([]);
  });

  it("does the same where the matrix says more repeats", () => {
    const history = createHistory(studyOf("ab"));
    history.run();
    history.run({ study: studyOf("ab", { repeats: 4 }) });
    expect(sorted(history.blocks()[4])).toEqual(["a", "b", "baseline"]);
  });

  it("adds blocks of another seed, whose numbers go on, on the same data", () => {
    const history = createHistory(studyOf("ab"));
    history.run();
    const other = { study: studyOf("ab", { seed: 8 }) };
    const added = history.run(other);
    expect(added.map(({ block }) => block)).toEqual([4, 4, 4, 5, 5, 5, 6, 6, 6]);
    expect(added.every(({ seeds }) => seeds.order === 8 && seeds.dataset === 7)).toBe(true);
    const loads = new Set(history.entries.map(({ seeds }) => seeds.load));
    expect(loads.size).toBe(6);
    expect([history.lookAhead(other).trials, history.lookAhead().trials]).toEqual([[], []]);
  });

  it("counts the blocks of every seed towards --repeats", () => {
    const history = createHistory(studyOf("ab"));
    history.run();
    history.run({ study: studyOf("ab", { seed: 8 }) });
    expect(history.lookAhead({ repeats: 6 }).trials).toEqual([]);
    expect(new Set(history.lookAhead({ repeats: 8 }).trials.map(({ block }) => block))).toEqual(new Set([7, 8]));
  });

  it("does not go on in a block of another seed", () => {
    const history = createHistory(studyOf("ab"));
    history.run({ trials: 2 });
    expect(history.lookAhead({ study: studyOf("ab", { seed: 8 }) })).toMatchObject({ continues: null });
  });
});

describe("--only", () => {
  it("runs the baseline too, and says so", () => {
    const history = createHistory(studyOf("abc"));
    expect(history.lookAhead({ only: ["b"] }).beside).toEqual(["baseline"]);
    history.run({ only: ["b"] });
    for (const block of [1, 2, 3]) expect(sorted(history.blocks()[block])).toEqual(["b", "baseline"]);
    expect(history.lookAhead({ only: ["b"] }).trials).toEqual([]);
    history.run();
    for (const block of [4, 5, 6]) expect(sorted(history.blocks()[block])).toEqual(["a", "baseline", "c"]);
  });

  it("runs the baseline alone where it alone is asked for", () => {
    const history = createHistory(studyOf("ab"));
    expect(history.lookAhead({ only: ["baseline"] })).toMatchObject({ beside: [] });
    expect(history.run({ only: ["baseline"] })).toHaveLength(3);
  });
});

/** In how many blocks a row ran beside a baseline within an hour, on the same machine. */
function pairs({ entries }: ReturnType<typeof createHistory>, row: string): number {
  const baselines = entries.filter(({ experiment }) => experiment === "baseline");
  return entries.filter(
    (entry) =>
      entry.experiment === row &&
      baselines.some(
        (baseline) =>
          baseline.block === entry.block &&
          baseline.devices.host === entry.devices.host &&
          baseline.devices.gpus === entry.devices.gpus &&
          Math.abs(Date.parse(baseline.startedAt) - Date.parse(entry.startedAt)) < 3_600_000,
      ),
  ).length;
}
