import type { Climb } from "./climb.ts";
import type { Comparison } from "./comparison.ts";
import type { HostNoise } from "./host.ts";
import type { Run } from "./run-once.ts";
import type { SimulatorRate } from "./simulator-rate.ts";
import type { Summary } from "./summary.ts";

/** A run that gave no figures, with what the client said. */
export interface FailedRun {
  case: string;
  client: string;
  round: number;
  why: string;
}

/** What one `npm run bench` measured, as it is stored. */
export interface BenchRecord {
  format: "ceteris.bench/2";
  at: string;
  /** False where the host was not quiet before, or runs stood beside other work: then ratios alone can be used. */
  quiet: boolean;
  noise: HostNoise;
  /** Runs beside other work of more than a tenth of a core, of all runs. */
  noisyRuns: { noisy: number; of: number };
  /** True of `--short`: too little load for figures. */
  short: boolean;
  build: unknown;
  /** Facts of the machine, without its name. */
  machine: { readonly [fact: string]: unknown };
  summaries: Summary[];
  comparisons: Comparison[];
  failures: FailedRun[];
  /** Peers that are not installed. */
  absent: string[];
  ladder: Climb[];
  /** What two workers cost for each token, as a share of one: on cores that they have to share. */
  twoWorkers: { costOfOne: number; note: string } | null;
  /** SIMULATED. */
  simulator: SimulatorRate | null;
  /** Left out of what is committed. */
  runs?: Run[];
}

/** The record without its single runs, for the repository. */
export function withoutRuns(record: BenchRecord): BenchRecord {
  const { runs, ...kept } = record;
  return runs === undefined ? record : kept;
}
