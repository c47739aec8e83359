import { NS_PER_MS } from "../math/units.ts";
import type { Measurement, MetricDefinition, Statistic } from "../schema/measurement.ts";
import type { RequestRecord } from "../schema/observation.ts";
import type { Workload } from "../schema/workload.ts";
import type { Moment } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { seriesRows } from "./rows.ts";

/** What a latency of a group is told by: with the extremes of every group a table could not be read. */
const groupStats = ["mean", "p50", "p90", "p99"] as const satisfies Statistic[];

/** Behind the statistic of a request class. */
export function classGroup(name: string): string {
  return `class ${name}`;
}

/** The row with its group behind the statistic. */
export function inGroup(row: Measurement, group: string): Measurement {
  return { ...row, stat: `${row.stat}/${group}` };
}

/** Rows of the time in ms between two moments of each finished request, by turn of a conversation and by request class; none where the workload has neither. */
export function latencyGroupRows(
  input: MetricInput,
  definition: MetricDefinition,
  from: Moment,
  to: Moment,
): Measurement[] {
  const turns: number[][] = [];
  const classes = new Map(input.workload.classes.map(({ name }) => [name, [] as number[]]));
  for (const request of finishedRequests(input)) {
    const start = from(request);
    const end = to(request);
    if (start === null || end === null) continue;
    const ms = (end - start) / NS_PER_MS;
    if (request.turn !== null) (turns[request.turn] ??= []).push(ms);
    if (request.class !== null) classes.get(request.class)?.push(ms);
  }
  const ofGroup = (group: string, sample: readonly number[]): Measurement[] =>
    seriesRows({ ...definition, stats: groupStats }, sample, {
      none: `no finished request of ${group} has it`,
    }).map((row) => inGroup(row, group));
  return [
    ...turns.flatMap((sample, turn) => ofGroup(`turn ${turn + 1}`, sample)),
    ...[...classes].flatMap(([name, sample]) => ofGroup(classGroup(name), sample)),
  ];
}

/** The class of a request as the workload declares it; null where it has none. */
export function classOf({ class: name }: RequestRecord, { classes }: Workload): Workload["classes"][number] | null {
  return name === null ? null : (classes.find((one) => one.name === name) ?? null);
}
