import type { Observation } from "../schema/observation.ts";
import type { Fault } from "../schema/result.ts";
import type { Trial } from "../schema/trial.ts";

/** A trial that is on disk. */
export interface TrialFolder {
  trial: Trial;
  folder: string;
}

/** Is told of each trial of a block. */
export interface TrialSink {
  /** Its folder is whole. `observation`: what it saw; null where it saw nothing. */
  ended(trial: Trial, folder: string, observation: Observation | null): void;
  /** A trial could not be written: the disk is full or the folder is not ours. The study stops. */
  lost(fault: Fault): void;
}
