import { describe, expect, it } from "vitest";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import { createHistory, day, studyOf } from "../support/study-history.ts";

const sorted = (names: readonly string[] | undefined): string[] => (names ?? []).toSorted();

describe("--retry", () => {
  const failing = (row: string, block: number) => (spec: TrialSpec) =>
    spec.experiment === row && spec.block === block && spec.attempt === 1 ? "FAILED" : "SCREENED";

  it("tries a trial again in a new block, beside a baseline of its own, as another attempt", () => {
    const history = createHistory(studyOf("ab"));
    history.run({ status: failing("a", 2) });
    history.wait(day);
    expect(history.lookAhead().trials).toEqual([]);
    const again = history.run({ retry: ["failed"] });
    expect(sorted(history.blocks()[4])).toEqual(["a", "baseline"]);
    expect(again.find(({ experiment }) => experiment === "a")).toMatchObject({ replicate: 2, attempt: 2 });
    expect(again.find(({ experiment }) => experiment === "baseline")).toMatchObject({ replicate: 4, attempt: 1 });
    expect(history.lookAhead({ retry: ["failed"] }).trials).toEqual([]);
  });

  it("tries a baseline again together with every row that stood beside it", () => {
    const history = createHistory(studyOf("ab"));
    history.run({ status: failing("baseline", 2) });
    const again = history.run({ retry: ["failed"] });
    expect(sorted(history.blocks()[4])).toEqual(["a", "b", "baseline"]);
    expect(again.find(({ experiment }) => experiment === "baseline")).toMatchObject({ replicate: 2, attempt: 2 });
    expect(history.lookAhead({ retry: ["failed"] }).trials).toEqual([]);
  });

  it("leaves what ended otherwise", () => {
    const history = createHistory(studyOf("ab"));
    history.run({ status: failing("a", 2) });
    expect(history.lookAhead({ retry: ["invalid"] }).trials).toEqual([]);
  });

  it("opens as many blocks as the row that failed most often needs", () => {
    const history = createHistory(studyOf("ab", { order: "declared" }));
    history.run({ status: ({ experiment, block }) => (experiment === "a" || block === 1 ? "FAILED" : "SCREENED") });
    history.run({ retry: ["failed"] });
    expect([4, 5, 6, 7].map((block) => history.blocks()[block])).toEqual([
      ["baseline", "a", "b"],
      ["baseline", "a"],
      ["baseline", "a"],
      undefined,
    ]);
  });

  it("does not count a trial that an earlier version tried again in its old block a day later", () => {
    const history = createHistory(studyOf("a", { order: "declared" }));
    history.run({ status: failing("a", 2) });
    const failed = history.entries.find(({ status }) => status === "FAILED")!;
    const [startedAt, endedAt] = ["1970-01-03T00:00:00Z", "1970-01-03T00:10:00Z"];
    const trialId = failed.trialId.replace("-a1", "-a2");
    history.entries.push({ ...failed, trialId, attempt: 2, status: "SCREENED", startedAt, endedAt });
    history.wait(3 * day);
    history.run();
    expect(history.blocks()[4]).toEqual(["baseline", "a"]);
    expect(history.entries.at(-1)).toMatchObject({ experiment: "a", replicate: 4, attempt: 1 });
  });
});
