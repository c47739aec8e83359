import type { Timed } from "./block.ts";
import type { Fidelity } from "./fidelity.ts";
import { canonicalJson } from "./json.ts";
import type { Assignment } from "./knob.ts";
import type { Status } from "./trial.ts";

/** A profile is measured under a profiler, and stored apart: it is in no figure. */
export const purposes = ["performance", "accuracy", "probe", "profile"] as const;
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
  /** Trials next to each other with the same key share one launch. */
  launchKey: string;
  seeds: { order: number; load: number; dataset: number };
}

/** What is known of earlier trials: all that a design may decide on. Data, so that a design stays pure. */
export interface Ledger {
  trials: LedgerEntry[];
  /** What the study's last run was to do, by its record; absent where there is no record. */
  planned?: readonly PlannedTrial[];
  /** Ids of trials whose folders are there and cannot be read: they count as missing, and their ids are not used again. */
  taken?: readonly string[];
}

export interface LedgerEntry extends Timed, Omit<TrialSpec, "experiment" | "launchKey"> {
  status: Status;
  devices: Devices;
  /** Seconds of its load phase and of its launch, for estimates; null where unknown. */
  loadS: number | null;
  startupS: number | null;
}

/** What trials ran on, by their provenance. Trials of other engines or devices, as the matrix declares them, are not alike in these. */
export interface Devices {
  /** Null where it is unknown. */
  host: string | null;
  /**
   * UUID and driver of each GPU, or MIG slice, that the engine may use, by the devices that were declared; without those that are
   * unknown. On a machine without GPUs the cores that the run may use, by `cores`.
   */
  gpus: { [declared: string]: string };
  /** Name and build, by the engine that was declared; without those that are unknown. */
  engine: { [declared: string]: string };
}

export const unknownDevices: Devices = { host: null, gpus: {}, engine: {} };

/** What stands for the declared devices in `Devices`: those that a row sets, else `null` for the study's own. */
export function declaredDevices(knobs: Assignment): string {
  return canonicalJson(knobs["sut.devices"] ?? null);
}

/** A trial of the plan, as `study.json` keeps it. Records of earlier versions lack the last three. */
export interface PlannedTrial
  extends Pick<TrialSpec, "trialId" | "experiment">, Partial<Pick<TrialSpec, "block" | "position" | "launchKey">> {
  purpose: string;
}

/** What tells a trial from the others of its study. */
type Attempt = Pick<TrialSpec, "experimentId" | "purpose" | "fidelity" | "replicate" | "attempt">;

/** What all attempts at one trial have in common. */
export function attemptsKey({ experimentId, purpose, fidelity, replicate }: Omit<Attempt, "attempt">): string {
  return `${experimentId} ${purpose} ${fidelity} ${replicate}`;
}

/** Of trials that were tried again the last attempt alone, in the order given. */
export function lastAttempts<Item>(items: readonly Item[], attemptOf: (item: Item) => Attempt): Item[] {
  const last = new Map<string, Item>();
  for (const item of items) {
    const attempt = attemptOf(item);
    const known = last.get(attemptsKey(attempt));
    if (known === undefined || attempt.attempt > attemptOf(known).attempt) last.set(attemptsKey(attempt), item);
  }
  const kept = new Set(last.values());
  return items.filter((item) => kept.has(item));
}
