import type { RulesetScenario } from "./ruleset.ts";

/**
 * What an id and a record hold of a ruleset: its name and never its text, since who changes a ruleset writes another one. Null where no
 * ruleset judges.
 */
export function rulesetName({ ruleset }: { ruleset: RulesetScenario | null }): string | null {
  return ruleset === null ? null : `${ruleset.rulesetId}/${ruleset.model}`;
}
