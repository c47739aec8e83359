import type { PreflightFinding, PreflightState } from "../../schema/preflight.ts";
import type { Facts } from "./facts.ts";

/** What a check looks at. */
export const subjects = ["GPU", "machine", "engine", "endpoint", "data", "client"] as const;

/** What a check found. `remedy`: what to do in this very case, where the check's own says less. */
export interface Found {
  state: PreflightState;
  value: string;
  remedy?: string;
}

/** A check before a run: what it asks, in words, and how it judges what was gathered. It touches nothing. */
export interface PreflightCheck {
  id: string;
  subject: (typeof subjects)[number];
  asks: string;
  /** What is still fine, in words with units; null where there is no limit. */
  limit: string | null;
  /** What to do where it is not fine. */
  remedy: string;
  /** One finding for each engine, model or data set that it asks of; none where it does not apply. */
  judge(this: void, facts: Facts): Found[];
}

/** A check before its subject is said. */
export type UnplacedCheck = Omit<PreflightCheck, "subject">;

/** The checks of one subject. */
export function about(subject: PreflightCheck["subject"], checks: readonly UnplacedCheck[]): readonly PreflightCheck[] {
  return checks.map((check) => ({ ...check, subject }));
}

/** From the one that says most to the one that says least. */
const gravest: readonly PreflightState[] = ["refusal", "warning", "unknown", "fine"];

/** The gravest of some states; fine of none. */
export function gravestOf(states: readonly PreflightState[]): PreflightState {
  return gravest.find((state) => states.includes(state)) ?? "fine";
}

/** What these checks find, in their order. */
export function findings(checks: readonly PreflightCheck[], facts: Facts): PreflightFinding[] {
  return checks.flatMap(({ id, limit, remedy, judge }) =>
    judge(facts).map((found) => ({
      id,
      state: found.state,
      value: found.value,
      limit,
      remedy: found.state === "fine" ? null : (found.remedy ?? (found.state === "unknown" ? null : remedy)),
    })),
  );
}
