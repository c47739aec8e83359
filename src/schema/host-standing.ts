import type { RatioBounds } from "./effect.ts";
import type { StrayHostRule } from "./stray-host.ts";

/**
 * How far hosts differ under one workload and at one point of the sweep, by the baseline that all of them ran, on the figure that
 * decides. Where all blocks ran on one host, its sets of devices are compared in the place of hosts. Derived each time, never stored.
 */
export interface HostComparison {
  /** The experiment that was compared. */
  baseline: string;
  metric: string;
  stat: string;
  unit: string;
  /** What `hosts` are. */
  called: "hosts" | "sets of devices";
  rule: StrayHostRule;
  /** True where a host strays, but not most of the hosts lie within the rule's limit: which of them are at fault is not known, and none is left out. */
  isSplit: boolean;
  /** By name. */
  hosts: HostStanding[];
}

/** One host, or one set of devices of the only host. */
export interface HostStanding {
  /** What tells it from the others: the host's name, or its devices. */
  name: string;
  host: string | null;
  /** Kind and first letters of the UUID of each GPU that the baseline's launches used; null where that is not known. */
  devices: string | null;
  /** The blocks that ran on it, or a part of them. */
  blocks: number[];
  /** Launches of the baseline. */
  launches: number;
  /** Geometric mean over the blocks' means, in the metric's unit, with its 95 % interval; null where no host has two blocks. */
  value: number;
  interval: { lower: number; upper: number } | null;
  /** Its value ÷ the median of the hosts, with its 95 % interval; null where no host has two blocks, and of the median itself. */
  ratio: number;
  ratioInterval: RatioBounds | null;
  strays: boolean;
  leftOut: boolean;
}

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
