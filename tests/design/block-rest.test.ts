import { describe, expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { makeWorkload } from "../support/make-study.ts";
import { createHistory, hour, oneMachine, studyOf } from "../support/study-history.ts";

const study = studyOf("abc", { accuracy: makeWorkload() });
const plan = orderTrials(study, expandStudy(study));
const elsewhere = { ...oneMachine, host: "bench-2" };
const attempts = (trials: readonly { experiment: string; attempt: number }[]): string[] =>
  trials.map(({ experiment, attempt }) => `${experiment} ${attempt}`);

describe("one block of a plan", () => {
  it("is what the plan has of it, in any order of the blocks, and the study is whole after the last", () => {
    const history = createHistory(study);
    for (const block of [3, 1, 2]) history.run({ block, devices: block === 1 ? elsewhere : oneMachine });
    const ids = history.entries.map(({ trialId }) => trialId);
    expect(ids.toSorted()).toEqual(plan.map(({ trialId }) => trialId).toSorted());
    expect(new Set(ids).size).toBe(plan.length);
    for (const block of [1, 2, 3]) expect(history.lookAhead({ block }).trials).toEqual([]);
    expect(history.lookAhead().trials).toEqual([]);
  });

  it("goes on where it was left on the same devices, whatever other blocks did meanwhile", () => {
    const history = createHistory(study);
    history.run({ block: 2, trials: 2 });
    history.run({ block: 3, devices: elsewhere, trials: 1 });
    const next = history.lookAhead({ block: 2 });
    expect(next.continues).toBe(2);
    expect(next.trials).toEqual(plan.filter(({ block }) => block === 2).slice(2));
  });

  it.each([
    ["on other devices", { devices: elsewhere }, 0],
    ["after too long", {}, 1.5 * hour],
  ])("runs again as a whole %s: what was measured stays, and is another attempt", (_, options, waitHours) => {
    const history = createHistory(studyOf("ab", { order: "declared" }));
    history.run({ block: 1, trials: 2 });
    history.wait(waitHours);
    const next = history.lookAhead({ block: 1, ...options });
    expect(next.continues).toBeNull();
    expect(attempts(next.trials)).toEqual(["baseline 2", "a 2", "b 1"]);
    history.run({ block: 1, ...options });
    expect(history.entries).toHaveLength(5);
    expect(history.lookAhead({ block: 1, devices: oneMachine }).trials).toEqual([]);
  });

  it("tries again what failed, where that is asked for", () => {
    const history = createHistory(studyOf("ab", { order: "declared" }));
    history.run({ block: 1, status: ({ experiment }) => (experiment === "a" ? "FAILED" : "SCREENED") });
    expect(history.lookAhead({ block: 1 }).trials).toEqual([]);
    expect(attempts(history.lookAhead({ block: 1, retry: ["failed"] }).trials)).toEqual(["a 2"]);
  });

  it("passes over an attempt whose folder cannot be read", () => {
    const history = createHistory(studyOf("a", { order: "declared" }));
    const [first] = history.lookAhead({ block: 1 }).trials;
    expect(attempts(history.lookAhead({ block: 1, taken: [first!.trialId] }).trials)).toEqual(["baseline 2", "a 1"]);
  });
});
