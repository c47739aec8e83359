import { countText } from "../../math/figures.ts";
import type { StudyFinding } from "../../schema/analysis.ts";
import { number, relationOf, text } from "./relation.ts";

/** So many stand on the page; the others are in its fold. */
const KEY = 7;
/** So many trials are named; the others are counted, and are all in the table. */
const NAMED = 3;

/** What the study shows in sentences, each with its trials and the query that shows it, in their rank. */
export function findingsRelation(findings: readonly StudyFinding[]) {
  const rows = findings.map((finding, at) => ({ ...finding, place: at + 1 }));
  const relation = relationOf("findings", rows, [
    number("place", "Rank", ({ place }) => place),
    text("rule", "Rule", ({ rule }) => rule),
    text("finding", "Finding", ({ says }) => says),
    text("trials", "Trials", ({ trials }) => trials.join(", ")),
    text("query", "Query", ({ query }) => query),
  ]);
  return {
    relation,
    facts: {
      key: findings.slice(0, KEY).map(({ says }) => says),
      /** How many are in the fold alone. */
      more: Math.max(0, findings.length - KEY),
      all: rows.map(({ place, says, trials, query }) => ({ place, says, trials: trialsText(trials), query })),
    },
  };
}

function trialsText(trials: readonly string[]): string {
  const named = trials.slice(0, NAMED).join(", ");
  const more = trials.length > NAMED ? ` and ${trials.length - NAMED} more` : "";
  return `${countText(trials.length, "trial")}: ${named}${more}`;
}
