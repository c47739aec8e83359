import type { TrialSpec } from "./trial-spec.ts";

/**
 * What one host does of a study, on one set of devices: plain data, so that it can travel. Whoever has the matrix and the
 * results folder can run it.
 */
export type BlockSpec =
  /** Trials in their order. Those next to each other with the same launch key share a launch. */
  | { study: string; block: number; trials: TrialSpec[] }
  /** The search for the peak of the experiment of this name: one launch, whose trials follow from each other. */
  | { study: string; search: string };
