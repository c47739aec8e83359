import type { Finding } from "../../schema/finding.ts";
import { duplicateOutputs } from "./duplicate-outputs.ts";
import { emptyOutputs } from "./empty-outputs.ts";
import type { Answers, FindingRule } from "./finding-rule.ts";
import { lengthRatio } from "./length-ratio.ts";
import { matchesAnother } from "./matches-another.ts";
import { positionInChunk } from "./position-in-chunk.ts";
import { truncation } from "./truncation.ts";

/** Suspects, the ones that explain most first. */
const rules: readonly FindingRule[] = [
  emptyOutputs,
  matchesAnother,
  duplicateOutputs,
  truncation,
  positionInChunk,
  lengthRatio,
];

/** What explains a loss of accuracy: a named finding with its evidence for each suspect that the answers show. */
export function postMortem(answers: Answers): Finding[] {
  return answers.treatment.length === 0 ? [] : rules.flatMap((rule) => rule(answers) ?? []);
}
