import type { Engine } from "../schema/engine.ts";
import type { Failure } from "../schema/launch.ts";
import { withinTime } from "../world/within-time.ts";
import { classify, type Fallback } from "./failures.ts";

/** Far more than a log of many megabytes takes. */
const longestMs = 20_000;

/** `classify` with the patterns of an engine's file, which are the user's own: one that never ends does not hold up the study. */
export function classifyInTime(
  { name, failures }: Pick<Engine, "name" | "failures">,
  logText: string,
  fallback: Fallback,
  options?: { file?: string; afterLine?: number },
): Failure {
  const found = withinTime(longestMs, () => classify(failures, logText, fallback, options));
  if (found !== null) return found;
  return {
    class: fallback.class,
    message: fallback.message ?? `the log was not understood within ${longestMs / 1000} s`,
    file: options?.file ?? "server.log",
    line: null,
    hint: `A pattern among the failures of ${name}.yaml takes too long on this log: read the log, and make the pattern simpler.`,
  };
}
