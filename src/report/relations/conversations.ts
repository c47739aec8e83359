import type { Measurement } from "../../schema/measurement.ts";
import type { Trial } from "../../schema/trial.ts";
import type { ReportInput } from "../report-input.ts";
import { countedTrials, meanFigure } from "./counted-trials.ts";
import { number, relationOf, text } from "./relation.ts";

interface Row {
  experiment: string;
  starts: number | null;
  turns: number;
  waiting: number | null;
  hits: number | null;
  /** TTFT at the median, turn by turn. */
  ttft: (number | null)[];
  binds: string | null;
}

/** Conversations of each experiment: how many start and how many turns are served a second, what binds, and how long a turn waits by its place. Means over the trials that count. */
export function conversationsRelation(input: Pick<ReportInput, "study" | "trials" | "summaries">) {
  const rows = input.study.experiments.flatMap(({ id, labels }): Row[] => {
    const own = trialsOfRow(input, { id, labels });
    const value = (metric: string): number | null => meanFigure(own, metric, "value");
    const turns = value("turn_throughput");
    if (turns === null) return [];
    return [
      {
        experiment: labels.name,
        starts: value("conversation_rate"),
        turns,
        waiting: value("conversation_waiting"),
        hits: value("prefix_hit_rate"),
        ttft: ttftByTurn(own, "p50"),
        binds: rowsOf(own, "conversation_waiting").find(({ why }) => why !== null)?.why ?? null,
      },
    ];
  });
  const most = rows.reduce((longest, { ttft }) => Math.max(longest, ttft.length), 0);
  const relation = relationOf("conversations", rows, [
    text("experiment", "Experiment", ({ experiment }) => experiment),
    number("starts", "Starts", ({ starts }) => starts, { unit: "1/s", decimals: 2 }),
    number("turns", "Turns", ({ turns }) => turns, { unit: "1/s", decimals: 2 }),
    number("waiting", "Waiting", ({ waiting }) => waiting, { unit: "%", decimals: 1 }),
    number("prefix_hit_rate", "Prefix hit rate", ({ hits }) => hits, { decimals: 3 }),
    ...Array.from({ length: most }, (_, turn) =>
      number<Row>(`ttft_p50_turn_${turn + 1}`, `TTFT p50, turn ${turn + 1}`, ({ ttft }) => ttft[turn] ?? null, {
        unit: "ms",
        decimals: 1,
      }),
    ),
  ]);
  const binds = rows.flatMap(({ experiment, binds: why }) => (why === null ? [] : [{ experiment, why }]));
  return { relation, facts: { binds } };
}

/** TTFT in ms turn by turn, the first first, as far as the trials go: means over trials, null where none has it. */
export function ttftByTurn(trials: readonly Trial[], of: "p50" | "p99"): (number | null)[] {
  const start = `${of}/turn `;
  const stats = rowsOf(trials, "ttft");
  const turns = stats.flatMap(({ stat }) => (stat.startsWith(start) ? Number(stat.slice(start.length)) : []));
  return Array.from({ length: Math.max(0, ...turns) }, (_, at) => meanFigure(trials, "ttft", `${start}${at + 1}`));
}

/** The trials that the figures of an experiment's row come from. */
export function trialsOfRow(
  { trials, summaries }: Pick<ReportInput, "trials" | "summaries">,
  { id, labels }: Pick<ReportInput["study"]["experiments"][number], "id" | "labels">,
): Trial[] {
  const summary = summaries.find(({ experiment }) => experiment === labels.name);
  return summary === undefined ? [] : countedTrials(trials, id, summary);
}

function rowsOf(trials: readonly Trial[], wanted: string): Measurement[] {
  return trials.flatMap(({ measurements }) => measurements.filter(({ metric }) => metric === wanted));
}
