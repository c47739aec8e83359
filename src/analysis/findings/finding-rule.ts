import { percentText } from "../../math/figures.ts";
import type { Finding, JudgedAnswer } from "../../schema/finding.ts";

/** What the rules look at: the answers of a configuration, and those of what it is compared with (null where there are none). */
export interface Answers {
  treatment: readonly JudgedAnswer[];
  control: readonly JudgedAnswer[] | null;
}

/** One suspect behind a loss of accuracy. Null where the answers do not show it. */
export type FindingRule = (answers: Answers) => Finding | null;

/** As many samples as a reader looks at. */
const SHOWN = 8;

export function samplesOf(answers: readonly JudgedAnswer[]): number[] {
  return answers.slice(0, SHOWN).map(({ sample }) => sample);
}

/** `12 of 48 (25 %)` */
export function shareOf(affected: number, of: number): string {
  return `${affected} of ${of} (${percentText(affected / of)})`;
}

/** Share of answers for which something holds, between 0 and 1; 0 of none. */
export function shareWhere(answers: readonly JudgedAnswer[], holds: (answer: JudgedAnswer) => boolean): number {
  return answers.length === 0 ? 0 : answers.filter(holds).length / answers.length;
}
