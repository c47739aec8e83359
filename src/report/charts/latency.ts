import { configurationName } from "../../schema/experiment.ts";
import type { Outcome } from "../../schema/effect.ts";
import type { Statistic } from "../../schema/measurement.ts";
import { countedTrials, launchLevel } from "../relations/counted-trials.ts";
import { number, relationOf, text } from "../relations/relation.ts";
import { wholeRequest } from "../relations/results.ts";
import { chartCells, MOST_CELLS, othersText } from "./cells.ts";
import type { ChartRows } from "./chart.ts";
import { configurationsOf, MOST_NAMED } from "./configurations.ts";
import type { ChartInput } from "./index.ts";
import { latencyFinding } from "./latency-finding.ts";

/** Percentiles as trials store them, each at its place on the axis: 1 ÷ (1 − p). */
const places = { p50: 2, p90: 10, p95: 20, p99: 100, "p99.9": 1000 } as const satisfies Partial<
  Record<Statistic, number>
>;
type Percentile = keyof typeof places;
const percentiles = Object.keys(places) as Percentile[];

/** More configurations than these are drawn and listed only where they are named. */
const MOST_LINES = 200;

/** A kind of latency, and the metric that it is taken from. */
export interface LatencyKind {
  title: "TTFT" | "TPOT" | "E2E";
  metric: string;
}

/** The percentiles of one latency of one configuration, in ms, over its usable launches. */
export interface LatencyLine {
  cell: string;
  experiment: string;
  /** Within the cell. */
  name: string;
  decision: Outcome | "";
  isNamed: boolean;
  kind: LatencyKind;
  launches: number;
  levels: Record<Percentile, number | null>;
}

/** How latency is distributed under each configuration: percentiles of TTFT, TPOT and E2E as far as the samples reach. */
export function latency(input: ChartInput): ChartRows {
  const { study, summaries, decisions } = input;
  const kinds = latencyKinds(input);
  const configurations = configurationsOf(input);
  const isMany = study.experiments.length > MOST_LINES;
  const lines = chartCells(study.experiments).flatMap(({ cell, members }) =>
    members.flatMap(({ experiment, name }): LatencyLine[] => {
      const summary = summaries.find((one) => one.experiment === experiment.labels.name);
      const isNamed = configurations.get(configurationName(experiment.labels))?.isNamed ?? false;
      if (summary === undefined || (isMany && !isNamed)) return [];
      const trials = countedTrials(input.trials, experiment.id, summary);
      const outcome = decisions.find((one) => one.experiment === experiment.labels.name)?.outcome ?? "";
      return kinds.flatMap((kind) => {
        const levels = Object.fromEntries(
          percentiles.map((stat) => [stat, launchLevel(trials, kind.metric, stat)]),
        ) as LatencyLine["levels"];
        if (Object.values(levels).every((level) => level === null)) return [];
        const decision = summary.baseline ? "BASELINE" : outcome;
        return {
          cell,
          experiment: experiment.labels.name,
          name,
          decision,
          isNamed,
          kind,
          launches: new Set(trials.map(({ launchId, spec }) => launchId ?? spec.trialId)).size,
          levels,
        };
      });
    }),
  );
  const cells = [...new Set(lines.map(({ cell }) => cell))];
  const finding = latencyFinding(input, lines);
  const relation = relationOf("latency", lines, [
    cells.length > 1 && text("cell", "For", ({ cell }) => cell),
    text("experiment", "Configuration", (line) => line.experiment),
    text("decision", "Decision", ({ decision }) => decision),
    text("latency", "Latency", ({ kind }) => kind.title),
    ...percentiles.map((stat) =>
      number<LatencyLine>(stat.replace(".", "_"), stat, ({ levels }) => levels[stat], { unit: "ms", decimals: 2 }),
    ),
    number("launches", "n", ({ launches }) => launches),
  ]);
  return {
    relation,
    finding: lines.length === 0 ? "" : `${finding.said}${othersText(cells.length)}`,
    params: {
      names: namesOf(lines, finding.experiment),
      cells: cells.slice(0, MOST_CELLS),
      farthest: farthestOf(lines),
    },
  };
}

/** Where the axis ends: with the longest line, and at p90 at least. */
function farthestOf(lines: readonly LatencyLine[]): number {
  const known = lines.flatMap(({ levels }) => percentiles.filter((stat) => levels[stat] !== null));
  return Math.max(places.p90, ...known.map((stat) => places[stat]));
}

/** Baselines, and at most four others: first that of the finding, so that its line has its name. */
function namesOf(lines: readonly LatencyLine[], found: string | null): string[] {
  const named = lines.filter(({ isNamed }) => isNamed);
  const baselines = named.filter(({ decision }) => decision === "BASELINE");
  const others = [...lines.filter(({ experiment }) => experiment === found), ...named].filter(
    ({ decision }) => decision !== "BASELINE",
  );
  const distinct = (some: readonly LatencyLine[]): string[] => [...new Set(some.map(({ name }) => name))];
  return [...distinct(baselines).slice(0, MOST_NAMED), ...distinct(others).slice(0, MOST_NAMED)];
}

/** From the intended send where every measured configuration has one, else from the actual send, for all alike. */
function latencyKinds({ study, summaries, trials }: ChartInput): LatencyKind[] {
  const whole = wholeRequest(summaries);
  const isScheduled = study.experiments.every(({ id, labels }) => {
    const summary = summaries.find((one) => one.experiment === labels.name);
    const own = summary === undefined ? [] : countedTrials(trials, id, summary);
    return launchLevel(own, "ttft", "p50") === null || launchLevel(own, "ttft_sched", "p50") !== null;
  });
  return [
    { title: "TTFT", metric: whole === "e2e_sched" && isScheduled ? "ttft_sched" : "ttft" },
    { title: "TPOT", metric: "tpot" },
    { title: "E2E", metric: whole },
  ];
}
