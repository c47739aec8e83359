import type { RatioBounds } from "./effect.ts";

/**
 * What sharing a host did under one workload and at one point of the sweep: which trials had neighbours, and what the
 * baseline was beside them and alone, on the figure that decides. Derived each time, never stored.
 */
export interface NeighbourComparison {
  baseline: string;
  metric: string;
  stat: string;
  /** Of each experiment that ran beside another run of the study, in the study's order: its trials, in which blocks those with neighbours were, and their most neighbours. */
  arms: { experiment: string; beside: TrialsUsable; alone: TrialsUsable; blocks: number[]; most: number }[];
  /** Blocks in which the baseline ran beside neighbours, and in which it ran alone. */
  blocks: { beside: number; alone: number };
  /** The baseline beside neighbours ÷ alone, within hosts; null where it did not run both ways on one host. */
  ratio: number | null;
  /** Its 95 % interval; null where no way was repeated on a host. */
  interval: RatioBounds | null;
}

/** How many trials there are, and how many of them count as a measurement. */
interface TrialsUsable {
  trials: number;
  usable: number;
}
