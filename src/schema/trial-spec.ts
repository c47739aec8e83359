import type { Fidelity } from "./fidelity.ts";

export const purposes = ["performance", "accuracy", "probe"] as const;
export type Purpose = (typeof purposes)[number];

/** One execution that the plan asks for. Ids are deterministic; a retry is a new attempt. */
export interface TrialSpec {
  /** `<experimentId>-<purpose>-<fidelity>-r<replicate>-a<attempt>`, unique in its study. */
  trialId: string;
  experimentId: string;
  /** The experiment's name in the matrix. */
  experiment: string;
  purpose: Purpose;
  fidelity: Fidelity;
  /** The round of the order in which it stands, from 1. */
  block: number;
  /** Place in the whole order, from 1. */
  position: number;
  /** Count of the experiment's trials of this purpose, from 1. */
  replicate: number;
  attempt: number;
  /** Trials next to each other with the same key share one life of the engine. */
  launchKey: string;
  seeds: { order: number; load: number; dataset: number };
}

/** What is known of earlier trials: all that a design may decide on. Data, so that a design stays pure. */
export interface Ledger {
  trials: LedgerEntry[];
}

export interface LedgerEntry {
  trialId: string;
  experimentId: string;
  purpose: Purpose;
  fidelity: Fidelity;
  replicate: number;
  attempt: number;
  status: "VALID" | "SCREENED" | "INVALID" | "FAILED" | "SKIPPED";
  /** Seconds of its load phase and of its launch, for estimates; null where unknown. */
  loadS: number | null;
  startupS: number | null;
}
