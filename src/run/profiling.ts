import type { RunningEngine } from "../engine/index.ts";
import type { Failure } from "../schema/launch.ts";
import type { Observation } from "../schema/observation.ts";
import type { Profiler } from "../schema/profiler.ts";
import type { Sut } from "../schema/sut.ts";
import type { Sizing } from "../schema/trial.ts";

/** What a launch runs under. */
export interface Profiling {
  profiler: Profiler;
  /** Where its traces go. */
  folder: string;
}

/** A profiler writes its traces when the engine is told to end: that takes minutes, and a kill would lose them. */
export const profilingPatience = { interruptMs: 600_000, terminateMs: 60_000, killMs: 5000 };

/** A system with its profiler: around its command, after its arguments, among its variables. */
export function profiledSut(sut: Sut, { profiler, folder }: Profiling): Sut {
  const filled = (text: string): string => text.replaceAll("{folder}", () => folder);
  const { prefix = [], arguments: more = [], variables = {} } = profiler;
  const ofProfiler = Object.entries(variables).map(([name, value]) => [name, filled(value)]);
  return {
    ...sut,
    prefix: [...prefix.map(filled), ...sut.prefix],
    extraArgs: [...sut.extraArgs, ...more.map(filled)],
    engine: { ...sut.engine, variables: { ...sut.engine.variables, ...Object.fromEntries(ofProfiler) } },
  };
}

/** What came of a trial's load. */
export interface Loaded {
  loaded: Observation | null;
  failure: Failure | null;
  sizing: Sizing | null;
}

/** A load between the two routes of a profiler, where it has them; one that refuses is a failure. */
export async function profiledLoad(
  { profiling, signal }: { profiling?: Profiling; signal: AbortSignal },
  engine: Pick<RunningEngine, "tellProfiler">,
  load: () => Promise<Loaded>,
): Promise<Loaded> {
  const { start, stop } = profiling?.profiler ?? {};
  const notStarted = start === undefined ? null : await engine.tellProfiler(start);
  if (notStarted !== null) return { loaded: null, failure: notStarted, sizing: null };
  const found = await load();
  if (stop === undefined || signal.aborted) return found;
  return { ...found, failure: found.failure ?? (await engine.tellProfiler(stop)) };
}
