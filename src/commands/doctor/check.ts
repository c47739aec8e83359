import type { PreflightFinding, PreflightState } from "../../schema/preflight.ts";
import type { Fault } from "../../schema/result.ts";
import type { Facts } from "./facts.ts";

/** What a check looks at. */
export const subjects = ["GPU", "machine", "engine", "endpoint", "data", "client"] as const;

/** What a check found. `remedy`: what to do in this very case, where the check's own says less. */
export interface Found {
  state: PreflightState;
  value: string;
  remedy?: string;
}

export const fine = (value: string): Found => ({ state: "fine", value });
export const unknown = (value: string): Found => ({ state: "unknown", value });
/** `remedy`: in this very case, where the check's own says less. */
export const warning = (value: string, remedy?: string): Found => ({
  state: "warning",
  value,
  ...(remedy === undefined ? {} : { remedy }),
});
export const refusal = (value: string): Found => ({ state: "refusal", value });
export const fineIf = (isFine: boolean, value: string): Found => (isFine ? fine(value) : warning(value));
/** A refusal with the remedy of the fault that it is. */
export const refused = ({ message, hint }: Fault): Found => ({ ...refusal(message), remedy: hint });

/** A check before a run: what it asks, in words, and how it judges what was gathered. It touches nothing. */
export interface PreflightCheck {
  id: string;
  subject: (typeof subjects)[number];
  asks: string;
  /** What is still fine, in words with units; null where there is no limit. */
  limit: string | null;
  /** What to do where it is not fine. */
  remedy: string;
  /** A finding, or one for each engine, model or data set that it asks of; none where it does not apply. */
  judge(this: void, facts: Facts): Found | readonly Found[];
}

/** A check before its subject is said. */
export type UnplacedCheck = Omit<PreflightCheck, "subject">;

/** The checks of one subject. */
export function about(subject: PreflightCheck["subject"], checks: readonly UnplacedCheck[]): readonly PreflightCheck[] {
  return checks.map((check) => ({ ...check, subject }));
}

/** From the one that says most to the one that says least. */
const states: readonly PreflightState[] = ["refusal", "warning", "unknown", "fine"];

/** Those findings that are as grave as the gravest of them. */
export function gravest<Finding extends { state: PreflightState }>(found: readonly Finding[]): Finding[] {
  const most = states.find((state) => found.some((one) => one.state === state));
  return found.filter(({ state }) => state === most);
}

/** What these checks find, in their order. */
export function findings(checks: readonly PreflightCheck[], facts: Facts): PreflightFinding[] {
  return checks.flatMap(({ id, limit, remedy, judge }) =>
    [judge(facts)].flat().map((found) => ({
      id,
      state: found.state,
      value: found.value,
      limit,
      remedy: found.state === "fine" ? null : (found.remedy ?? (found.state === "unknown" ? null : remedy)),
    })),
  );
}
