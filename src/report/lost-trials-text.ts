import { lastAttempts } from "../schema/trial-spec.ts";
import type { Trial } from "../schema/trial.ts";
import type { ReportSummary } from "./report-input.ts";

/** A trial that is in no figure: how it ended, why in two words, and what to do. */
interface Lost {
  status: string;
  why: string;
  remedy: string;
}

/**
 * Where not one trial that ran is usable: how they ended, why, and what to do first. `No answer: none of 18 trials is usable; 15
 * FAILED (out of memory), 3 INVALID (duration). First: …`. Null where one is usable, and where none ran.
 */
export function lostTrialsText(summaries: readonly ReportSummary[], trials: readonly Trial[]): string | null {
  const usable = summaries.reduce((sum, row) => sum + row.usable, 0);
  const ran = summaries.reduce((sum, row) => sum + row.of, 0);
  if (ran === 0 || usable > 0) return null;
  const byId = new Map(trials.map((trial) => [trial.spec.trialId, trial]));
  const excluded = summaries.flatMap((row) => row.excluded.flatMap(({ trialId }) => byId.get(trialId) ?? []));
  const lost = lastAttempts(excluded, ({ spec }) => spec).map(lostOf);
  const groups = mostFirst(Map.groupBy(lost, ({ status }) => status));
  const parts = groups.map(([status, own]) => `${own.length} ${status} (${reasonsText(own)})`);
  const remedy = firstSentence(mostFirst(Map.groupBy(groups[0]?.[1] ?? [], (one) => one.remedy))[0]?.[0] ?? "");
  const ended = parts.length === 0 ? "" : `; ${parts.join(", ")}`;
  const none = ran === 1 ? "the only trial is not usable" : `none of ${ran} trials is usable`;
  return `No answer: ${none}${ended}.${remedy === "" ? "" : ` First: ${remedy}`}`;
}

/** The answer where nothing was measured. */
export function noResultText(summaries: readonly ReportSummary[], trials: readonly Trial[]): string {
  return lostTrialsText(summaries, trials) ?? nothingRan;
}

/** Where no trial ran. */
export const nothingRan = "No answer yet: nothing ran.";

function lostOf({ verdict }: Trial): Lost {
  const failed = verdict.checks.find(({ status }) => status === "fail");
  return {
    status: verdict.status,
    why: (verdict.failure?.class ?? failed?.id ?? verdict.reason).replaceAll("-", " "),
    remedy: verdict.failure?.hint ?? failed?.remedy ?? "",
  };
}

/** One reason; of several the most frequent and how many trials have another. */
function reasonsText(lost: readonly Lost[]): string {
  const [[why, own] = ["", []], ...others] = mostFirst(Map.groupBy(lost, (one) => one.why));
  return others.length === 0 ? why : `${own.length} ${why}, ${lost.length - own.length} other`;
}

function mostFirst<Item>(groups: ReadonlyMap<string, Item[]>): [string, Item[]][] {
  return [...groups].toSorted(([, left], [, right]) => right.length - left.length);
}

/** Without its capital, since it follows a colon; a name in capitals keeps it. */
function firstSentence(said: string): string {
  const first = /^.*?[.!?](?=\s|$)/s.exec(said)?.[0] ?? (said === "" ? "" : `${said}.`);
  return /^[A-Z][a-z ]/.test(first) ? `${first.charAt(0).toLowerCase()}${first.slice(1)}` : first;
}
