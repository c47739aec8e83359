import { countText } from "../math/figures.ts";
import type { CheckRule } from "./check.ts";
import { measuredRequests } from "./measured.ts";
import { rulesetTrial } from "./ruleset-clock.ts";

/** As many requests as the ruleset asks for, in whole passes over its samples where every sample is to come equally often. */
export const rulesetQueries: CheckRule = {
  id: "ruleset-queries",
  asks: "Under a ruleset, at valid and submission: enough requests, and whole passes over the samples where each is to come equally often.",
  limit: "the ruleset's",
  remedy: "Ask for at least that many requests, in whole passes over the samples.",
  judge(input) {
    const trial = rulesetTrial(input);
    if (trial === null || !trial.certified) return null;
    const { ruleset, observation } = trial;
    const { all } = measuredRequests(observation);
    const value = all.length;
    const limit = ruleset.minQueryCount * ruleset.samplesPerQuery;
    const enough = value >= limit;
    // MultiStream pads its number of queries, whose samples overlap.
    const pass = ruleset.equalIssue && ruleset.scenario !== "MultiStream" ? ruleset.performanceSamples : 1;
    const whole = value % pass === 0;
    const passes = whole
      ? ""
      : `; they are ${countText(Math.floor(value / pass), "pass", "passes")} over ${pass} samples and ${value % pass} more, and passes have to be whole`;
    return {
      status: enough && whole ? "pass" : "fail",
      value,
      limit,
      margin: value - limit,
      unit: "1",
      message: `${countText(value, "request")} ${value === 1 ? "was" : "were"} sent, and ${ruleset.rulesetId} asks for at least ${limit} in ${ruleset.name}${passes}`,
      remedy: `Ask for at least ${Math.ceil(limit / pass) * pass} requests${pass === 1 ? "" : `, a multiple of ${pass}`}.`,
    };
  },
};
