import type { Failure } from "./launch.ts";

export const statuses = ["VALID", "SCREENED", "INVALID", "FAILED", "SKIPPED"] as const;
export type Status = (typeof statuses)[number];
/** Those of trials that count as a measurement. */
export const usableStatuses: readonly Status[] = ["VALID", "SCREENED"];

/** One rule against one trial. `unknown` is not a pass and not a failure: nobody could tell. */
export interface Check {
  id: string;
  status: "pass" | "fail" | "unknown";
  value: number | string | null;
  limit: number | string | null;
  /** How far inside (positive) or outside (negative) the limit, in the check's unit; null where that has no meaning. */
  margin: number | null;
  unit: string;
  message: string;
  /** What to do when it fails. */
  remedy: string;
  /** Whose a failure is where it is not the engine's: it says nothing about what the engine can do. Absent of other checks, and in trials of earlier versions. */
  about?: Instrument;
}

/** What measures, and is not measured: the load generator, and the machine under it and the engine. */
export type Instrument = "client" | "machine";

/** What a trial is worth, from that trial alone. */
export interface Verdict {
  status: Status;
  reason: string;
  checks: Check[];
  failure: Failure | null;
  rulesetId: string | null;
}

/** Of several reasons of a verdict the first; the trial's checks have them all. */
export function firstReason(reason: string): string {
  return reason.split("; ")[0]!;
}

/** True where it could not be judged whether the client limited the figures: such a trial counts, and is marked wherever it is shown. */
export function clientNotJudged({ checks }: Pick<Verdict, "checks">): boolean {
  return checks.some(({ id, status }) => id === "client-bound" && status === "unknown");
}

/** The first failed check that is the client's or the machine's: such a trial is no evidence of what the engine can do. Null where there is none. */
export function spoiledBy({ checks }: Pick<Verdict, "checks">): Check | null {
  return checks.find(({ status, about }) => status === "fail" && about !== undefined) ?? null;
}

/** Whether a trial counts as a measurement. */
export function isUsable({ verdict: { status } }: { verdict: Pick<Verdict, "status"> }): boolean {
  return usableStatuses.includes(status);
}
