import type { ClientHealth } from "../schema/observation.ts";
import type { BenchAnswer } from "./bench-table.ts";

/** What `bench --json` leaves on stdout: one object, in the names and units of docs/metrics.md. A null has its reason in `missing`. */
export function benchJson(answer: BenchAnswer): string {
  const { trial, observation, server, load, folder } = answer;
  const metrics: { [metric: string]: { [stat: string]: number | null } } = {};
  const units: { [metric: string]: string } = {};
  for (const { metric, stat, unit, value } of trial.measurements) {
    (metrics[metric] ??= {})[stat] = value;
    units[metric] = unit;
  }
  const { status, reason, checks, failure } = trial.verdict;
  const client = observation?.client;
  const data = {
    study: trial.study,
    experiment: trial.spec.experiment,
    experiment_id: trial.spec.experimentId,
    url: server.url,
    model: server.model,
    origin: trial.origin,
    requests: answer.requests,
    metrics,
    units,
    missing: trial.measurements.flatMap(({ metric, stat, value, why }) =>
      value === null ? [{ metric, stat, why }] : [],
    ),
    concurrency: {
      asked: load.concurrency,
      held: observation?.inFlight.heldMean ?? null,
      held_max: observation?.inFlight.heldMax ?? null,
    },
    client: {
      cpu_per_token_us: metrics["client_cpu_per_token"]?.["value"] ?? null,
      cpu_share: client?.cpuShare ?? null,
      loop_delay_ms: client?.loopDelayMs ?? null,
      read_delay_ms: client?.readDelayMs ?? null,
      stamp_bound_ms: client?.stamps?.boundMs ?? null,
      shared_read_share: client?.stamps?.sharedShare ?? null,
      longest_pause_ms: client ? longestPauseMs(client) : null,
      backlog_bytes_max: client?.backlogBytesMax ?? null,
    },
    verdict: { status, reason, checks, failure },
    trial: folder,
  };
  return `${JSON.stringify(data, null, 1)}\n`;
}

/** 0 where no pause of the client's thread was recorded. */
export function longestPauseMs({ pauses }: ClientHealth): number {
  return pauses.reduce((longest, { startNs, endNs }) => Math.max(longest, (endNs - startNs) / 1e6), 0);
}
