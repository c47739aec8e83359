import type { Rule } from "../rule.ts";

/** Gates are kept with the study; nothing judges by them yet, and that should not look like a pass. */
export const gatesNotJudged: Rule = {
  severity: "info",
  check({ study }) {
    if (study.gates.length === 0) return [];
    const message = "gates are recorded and not judged yet: no trial passes or fails by them";
    return [{ pointer: "/gates", aim: "key", message, hint: "read the checks of each trial in the report" }];
  },
};
