/** How a preflight check ends. `unknown`: nobody could tell. A refusal keeps `run` from measuring. */
export const preflightStates = ["fine", "warning", "refusal", "unknown"] as const;
export type PreflightState = (typeof preflightStates)[number];

/** What one check found of machine, engine, endpoint or data before anything was measured. */
export interface PreflightFinding {
  /** The check: `gpu-processes`. */
  id: string;
  state: PreflightState;
  /** What was found, in words with its figures and units. */
  value: string;
  /** What is still fine, in words with its unit; null where the check has no limit. */
  limit: string | null;
  /** What to do; null where it is fine. */
  remedy: string | null;
}
