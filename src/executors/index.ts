import type { ExecutorKind } from "./executor.ts";
import { local } from "./local.ts";

export type { Executor, ExecutorKind, TrialFolder, TrialSink } from "./executor.ts";

/** Kinds of executors by their names. */
export const executors = { local } satisfies Record<string, ExecutorKind>;
