import type { Outcome, RatioBounds } from "./effect.ts";

/** What a study says as it stands: the answer, and what was decided of each change. Derived each time, never stored. */
export interface Conclusion {
  /** In a sentence: `Ship fp8: +24.1 % output tok/s, accuracy kept.` */
  answer: string;
  /** When its last trial ended, ISO 8601, UTC; null where none ran. */
  asOf: string | null;
  changes: ChangeOutcome[];
}

export interface ChangeOutcome {
  change: string;
  outcome: Outcome;
  /** What, how sure, on how many trials, at what accuracy. */
  because: string;
  /** The figure that decided, for people; null where none did. */
  figure: string | null;
  /** Against what it is compared with; null where there is none. */
  ratio: number | null;
  /** 95 %; null where nothing was repeated. */
  interval: RatioBounds | null;
}
