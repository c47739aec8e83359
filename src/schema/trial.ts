import type { ExperimentLabels, Identity } from "./experiment.ts";
import type { Json } from "./json.ts";
import type { Assignment } from "./knob.ts";
import type { Measurement } from "./measurement.ts";
import type { TrialSpec } from "./trial-spec.ts";
import type { Verdict } from "./verdict.ts";

/** A declared knob beside what the engine ended up with. */
export interface ResolvedKnob {
  knob: string;
  declared: Json;
  /** What the engine says; null with status `not verifiable`. */
  resolved: Json;
  status: "same" | "different" | "not verifiable";
  /** Where it was read: `server_info scheduler_config.max_num_seqs`. */
  where: string;
}

/** Where a number comes from: everything about machine, engine, model and data. What is not there is null, with the reason in `missing`. */
export interface Provenance {
  host: { [fact: string]: Json };
  gpus: { [fact: string]: Json }[];
  engine: { [fact: string]: Json };
  model: { [fact: string]: Json };
  dataset: { [fact: string]: Json };
  ceteris: { version: string; commit: string | null; node: string };
  missing: { fact: string; why: string }[];
}

/** `trial.json`: one trial, whole. */
export interface Trial {
  format: "ceteris.trial/1";
  study: string;
  spec: TrialSpec;
  labels: ExperimentLabels;
  origin: "measured" | "simulated" | "imported";
  /** What stands in for the matrix's model and dataset; null where nothing does. */
  standIn: string | null;
  configurationId: string;
  accuracyKey: string;
  identity: Identity;
  knobs: Assignment;
  launchId: string | null;
  /** The same for trials that found the same engine build, configuration, model, data and GPU; null where it never started. */
  resolvedId: string | null;
  resolved: ResolvedKnob[];
  /** Everything that the engine said of itself, by dotted path. */
  resolvedConfiguration: { [path: string]: Json } | null;
  provenance: Provenance | null;
  startedAt: string;
  endedAt: string;
  phases: { id: string; tookS: number }[];
  measurements: Measurement[];
  verdict: Verdict;
}
