import { rulesetScenarioNames } from "../rulesets/ruleset-shelf.ts";
import { workloadsWithPlaces } from "../workload/workload-places.ts";
import type { Rule } from "../rule.ts";

/** A scenario of LoadGen's without the rules that say what it sends. `offline` is one of ours as well. */
export const scenarioWithoutRuleset: Rule = {
  code: "scenario-without-ruleset",
  severity: "error",
  check: ({ study }) =>
    workloadsWithPlaces(study).flatMap(({ workload: { scenario, ruleset, name }, place }) => {
      const known = scenario === "offline" || rulesetScenarioNames[scenario] === undefined;
      // A ruleset that could not be had has its own diagnostic.
      if (known || ruleset !== null || study.locations.has(`${place}/ruleset`)) return [];
      const message = `\`${name}\` is a ${scenario} workload without a ruleset: its requests, seeds and limits are nowhere`;
      const hint =
        "add `ruleset: mlperf-inference-v6.1/llama3.1-8b`, or take `scenario: open` or `closed`, which need none";
      return [{ pointer: `${place}/scenario`, aim: "value", message, hint }];
    }),
};
