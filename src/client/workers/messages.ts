import type { Counts } from "../drive/queue-watch.ts";
import type { RequestRecord } from "../../schema/observation.ts";
import type { Result } from "../../schema/result.ts";
import type { LoadOptions, LoadProgress } from "../load-options.ts";
import type { ShardOutcome } from "../load-shard.ts";

/** What of a load can be sent to another process. It has the secrets of the endpoint's headers: it goes by message, never by argument or environment. */
export type PlainOptions = Omit<
  LoadOptions,
  "clock" | "ownCpuS" | "signal" | "onProgress" | "queueProbe" | "spoolFolder" | "tailBudgets"
>;

/** Messages from the main process to a worker. */
export type ToWorker =
  /** `watched`: it reports each measured request that is over, since only the main process counts the misses of all. */
  | { type: "load"; options: PlainOptions; worker: number; workers: number; spoolFolder: string; watched: boolean }
  /** All are ready: zero of all times, on the machine's monotonic clock, a little ahead. */
  | { type: "go"; zeroNs: bigint }
  | { type: "count" }
  /** The measured requests of all are over: what is not scored ends. */
  | { type: "finish" }
  | { type: "stop" }
  /** The tail budget of the whole is spent: what is open is cut off, and no failure. */
  | { type: "give-up" };

/** Messages from a worker. */
export type FromWorker =
  | { type: "ready" }
  | { type: "progress"; progress: LoadProgress }
  | ({ type: "counts" } & Counts)
  | { type: "ended"; record: RequestRecord }
  /** Its measured requests are over; it keeps its shard of the load up until all are. */
  | { type: "measured" }
  | { type: "done"; outcome: Result<ShardOutcome> };

/** Descriptors of a worker after the usual three and the message channel: the files of its spool. */
export const spoolDescriptors = { requests: 4, tokens: 5 } as const;
