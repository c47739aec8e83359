import { isAbsolute, join } from "node:path";
import { vllmBenchFileName, vllmBenchResult, type VllmBenchRun } from "../../exporters/index.ts";
import type { Observation } from "../../schema/observation.ts";
import type { Trial } from "../../schema/trial.ts";
import type { BenchLoad, BenchOptions } from "./bench-options.ts";

/** A file that a user asked for. */
export interface ResultFile {
  path: string;
  text: string;
  /** Whether it is added to what the file holds. */
  appends: boolean;
}

/** What `--save-result` or `--append-result` writes; null where it was not asked for, or nothing was sent. The path is relative to the working folder. */
export function resultFile(
  {
    saveResult,
    resultDir = "",
    resultFilename,
    metricPercentiles = [99],
    appendResult,
    label,
    metadata = [],
  }: BenchOptions,
  { load, model }: { load: BenchLoad; model: string },
  trial: Trial,
  observation: Observation | null,
): ResultFile | null {
  if ((!saveResult && !appendResult) || observation === null) return null;
  const { arrivals, rate } = load;
  const run: VllmBenchRun = {
    date: trial.startedAt.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-"),
    endpoint: load.endpoint,
    model,
    requests: load.requests,
    rate,
    burstiness: arrivals?.kind === "gamma" ? arrivals.burstiness : 1,
    maxConcurrency: load.concurrency ?? (load.scenario === "open" ? load.maxInFlight : null),
    ramp: arrivals?.kind === "ramp" && rate !== null ? { from: rate, to: arrivals.to } : null,
    percentiles: metricPercentiles,
    label: label ?? null,
    metadata: Object.fromEntries(metadata.map(memberOf)),
  };
  const name = resultFilename ?? vllmBenchFileName(run);
  const path = isAbsolute(name) ? name : join(resultDir, name);
  return {
    path,
    text: `${JSON.stringify(vllmBenchResult(run, observation, trial.measurements))}\n`,
    appends: appendResult,
  };
}

function memberOf(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  return at < 0 ? [text.trim(), ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
