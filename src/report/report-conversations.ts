import type { Measurement } from "../schema/measurement.ts";
import type { Trial } from "../schema/trial.ts";
import { isUsable } from "../schema/verdict.ts";
import type { ReportInput } from "./report-input.ts";

/** Conversations of each experiment: how many start and how many turns are served a second, what binds, and how long a turn waits by its place. Means over usable trials. */
export function conversationsSection({ study, trials }: ReportInput): object {
  const rows = study.experiments.flatMap(({ id, labels }) => {
    const own = trials.filter(
      (trial) => trial.spec.experimentId === id && trial.spec.purpose === "performance" && isUsable(trial),
    );
    const turns = meanOf(own, ({ metric, stat }) => metric === "turn_throughput" && stat === "value");
    if (turns === null) return [];
    const value = (wanted: string): number | null =>
      meanOf(own, ({ metric, stat }) => metric === wanted && stat === "value");
    return [
      {
        experiment: labels.name,
        starts: value("conversation_rate"),
        turns,
        waiting: value("conversation_waiting"),
        hits: value("prefix_hit_rate"),
        ttft: turnsOf(own).map((turn) => meanOf(own, ({ metric, stat }) => metric === "ttft" && stat === turn)),
        binds:
          own.flatMap((trial) => find(trial, ({ metric }) => metric === "conversation_waiting")?.why ?? [])[0] ?? null,
      },
    ];
  });
  const most = rows.reduce((longest, { ttft }) => Math.max(longest, ttft.length), 0);
  return {
    rows: rows.map((row) => ({
      ...row,
      ttft: Array.from({ length: most }, (_, turn) => row.ttft[turn] ?? null),
    })),
    turns: Array.from({ length: most }, (_, turn) => turn + 1),
  };
}

/** `p50/turn 1`, `p50/turn 2` …, as far as the trials go. */
function turnsOf(trials: readonly Trial[]): string[] {
  const stats = trials.flatMap(({ measurements }) => measurements.filter(({ metric }) => metric === "ttft"));
  const turns = new Set(stats.map(({ stat }) => stat as string).filter((stat) => stat.startsWith("p50/turn ")));
  return [...turns].toSorted((left, right) => Number(left.slice(9)) - Number(right.slice(9)));
}

function find({ measurements }: Trial, wanted: (row: Measurement) => boolean): Measurement | undefined {
  return measurements.find(wanted);
}

function meanOf(trials: readonly Trial[], wanted: (row: Measurement) => boolean): number | null {
  const values = trials.flatMap((trial) => find(trial, wanted)?.value ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
