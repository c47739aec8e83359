import { describe, expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import { makeWorkload } from "../support/make-study.ts";
import { createHistory, studyOf } from "../support/study-history.ts";

const idsOf = (trials: readonly Pick<TrialSpec, "trialId">[]): string[] => trials.map(({ trialId }) => trialId);

describe("what belongs to no block", () => {
  it("measures accuracy once for each key, also where it is asked for later or tried again", () => {
    const history = createHistory(studyOf("ab", { order: "declared" }));
    history.run();
    const accurate = { study: studyOf("ab", { order: "declared", accuracy: makeWorkload() }) };
    const added = history.run({ ...accurate, status: () => "FAILED" });
    expect(added.map(({ experiment, purpose, block }) => [experiment, purpose, block])).toEqual([
      ["baseline", "accuracy", 4],
      ["a", "accuracy", 4],
      ["b", "accuracy", 4],
    ]);
    expect(new Set(added.map(({ launchKey }) => launchKey)).size).toBe(3);
    expect(history.lookAhead(accurate).trials).toEqual([]);
    expect(history.run({ ...accurate, retry: ["failed"] }).map(({ attempt }) => attempt)).toEqual([2, 2, 2]);
  });

  it("keeps fidelities apart", () => {
    const history = createHistory(studyOf("ab"));
    history.run({ study: studyOf("ab", { fidelity: "smoke" }) });
    expect(history.entries).toHaveLength(3);
    expect(new Set(history.lookAhead().trials.map(({ block }) => block))).toEqual(new Set([1, 2, 3]));
  });

  it("gives no id again that an unreadable folder has", () => {
    const study = studyOf("a", { repeats: 1 });
    const whole = orderTrials(study, expandStudy(study));
    const history = createHistory(study);
    history.run();
    const [lost] = history.entries.splice(0, 1);
    expect(history.lookAhead({ taken: idsOf([lost!]) }).trials.map(({ trialId }) => trialId)).not.toContain(
      whole[0]!.trialId,
    );
  });

  it("passes over the attempt of such a folder where a trial is tried again", () => {
    const history = createHistory(studyOf("a", { repeats: 1 }));
    history.run({ status: ({ experiment }) => (experiment === "a" ? "FAILED" : "SCREENED") });
    const failed = history.entries.find(({ status }) => status === "FAILED")!;
    const taken = [failed.trialId.replace("-a1", "-a2")];
    const again = history.lookAhead({ retry: ["failed"], taken }).trials;
    expect(again.find(({ experiment }) => experiment === "a")).toMatchObject({ replicate: 1, attempt: 3 });
  });
});
