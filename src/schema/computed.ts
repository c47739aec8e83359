import type { Json } from "./json.ts";

/** A computed value as it is written (`= 10 * load.concurrency`): what stands behind the sign; null of any other value. */
export function expressionOf(value: Json | undefined): string | null {
  return typeof value === "string" && value.startsWith("=") ? value.slice(1).trim() : null;
}

/** A member of a workload that is computed, by its dotted path in the matrix: `counts.screen.requests`. */
export interface ComputedMember {
  path: string;
  expression: string;
}

/** The members of a workload that may be computed, as the beginnings of their paths. */
export const computableMembers = [
  "load.",
  "sampling.",
  "dataset.",
  "arrivals.",
  "counts.",
  "warmup.requests",
  "deadline_s",
] as const;

/** What a computed value is for an experiment. */
export interface ComputedResult {
  /** The setting, or the member of the workload. */
  setting: string;
  expression: string;
  value: number;
  /** The experiment's name, and its workload's. */
  name: string;
  workload: string;
}

/** Why a value could not be computed for an experiment. */
export interface ComputedFault extends Omit<ComputedResult, "value"> {
  why: string;
}
