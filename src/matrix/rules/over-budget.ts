import type { Rule } from "../rule.ts";

/** More trials than the study says it may have. */
export const overBudget: Rule = {
  code: "over-budget",
  severity: "error",
  check({ study, trials }) {
    if (study.trialBudget === null || trials <= study.trialBudget) return [];
    const message = `the plan has ${trials} trials, and the budget is ${study.trialBudget}`;
    const hint = "raise `budget.trials`, lower `repeats`, or take rows out";
    return [{ pointer: "/budget/trials", aim: "value", message, hint }];
  },
};
