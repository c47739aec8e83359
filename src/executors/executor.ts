import type { BlockSpec } from "../schema/block-spec.ts";
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
  /** Its folder is whole. `observation`: what it saw, where it ran in this process. */
  ended(trial: Trial, folder: string, observation: Observation | null): void;
  /** A trial could not be written: the disk is full or the folder is not ours. The study stops. */
  lost(fault: Fault): void;
}

/** Runs the blocks of a study, wherever that is. */
export interface Executor {
  /** Gives the trial folders of each launch when it is over. Nothing of the block runs until the next is asked for. */
  run(block: BlockSpec, sink: TrialSink): AsyncIterable<TrialFolder[]>;
}

/** Makes an executor. `here` runs blocks in this process. */
export type ExecutorKind = (here: Executor) => Executor;
