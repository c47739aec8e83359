import type { LoadgenSettings } from "../math/loadgen/settings.ts";
import type { Endpoint, Sample } from "../schema/sample.ts";
import type { Workload } from "../schema/workload.ts";
import type { QueueProbe } from "./drive/queue-watch.ts";
import type { TailBudget } from "./drive/tail-budget.ts";

/** How far a phase is. `tokensPerS` counts what has arrived so far; null before the first token. */
export interface LoadProgress {
  phase: "warmup" | "measure";
  done: number;
  of: number;
  tokensPerS: number | null;
}

/** One load: what is asked of which endpoint, and what of the outside the client needs. */
export interface LoadOptions {
  endpoint: Endpoint;
  workload: Workload;
  /** Cycled where there are fewer than `requests`. */
  samples: readonly Sample[];
  /** Requests of the measured phase. */
  requests: number;
  /** Seconds for which they are sent at least, more than `requests` where it takes more; none under LoadGen. */
  shortestS?: number | undefined;
  /** Settings of LoadGen whose requests this load reproduces: they decide samples, order, count and schedule in the place of `requests` and `seed`. */
  loadgen?: LoadgenSettings | undefined;
  /** Requests open at once in Offline where the workload does not say: 4 × max_num_seqs. */
  inFlightDefault: number;
  /** Keeps the text of each answer in its record, for accuracy. */
  keepText: boolean;
  /** Of the send order and the arrivals. */
  seed: number;
  /** Of an open loop that replays a trace: its arrivals in seconds from the first, ascending. */
  traceS?: Float64Array | undefined;
  clock: { nowNs(): bigint };
  /** CPU seconds that this process has used. */
  ownCpuS: () => number;
  /** Cuts off what is open and sends nothing more. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: LoadProgress) => void) | undefined;
  queueProbe?: QueueProbe | undefined;
  /** Of a probe: when to give it up. */
  tailBudgets?: readonly TailBudget[] | undefined;
  /** Where finished requests are put while others are in flight, in files without a name; made where it is not there. Without one they stay in memory. */
  spoolFolder?: string | undefined;
}
