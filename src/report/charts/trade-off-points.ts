import { cellName, configurationName } from "../../schema/experiment.ts";
import type { Assignment } from "../../schema/knob.ts";
import { plain } from "../numbers.ts";
import { figureOf, marginOf } from "../relations/wording.ts";
import type { ReportSummary } from "../report-input.ts";
import { configurationsOf, type Configuration } from "./configurations.ts";
import type { ChartInput } from "./index.ts";

/** What one configuration gives at one load: tokens a second for one user, and of a GPU. */
export interface TradeOffPoint {
  row: ReportSummary;
  configuration: Configuration;
  /** Workload and point of all axes but the load; empty where there is one. */
  panel: string;
  /** What the load is, where it is swept: `32 in flight`. */
  load: { value: number; words: string } | null;
  interactivity: number;
  throughput: number;
  launches: number;
  /** True where no other point of its panel is better in one and as good in the other. */
  isFront: boolean;
  /** True where no other point of its panel is higher in one and not lower in the other: the corners of the steps. */
  isCorner: boolean;
  /** TPOT's limit as tokens a second for one user, and what limits it; null where the workload has none. */
  limit: { interactivity: number; words: string } | null;
}

/** Rows with figures that count. */
function measured({ summaries }: Pick<ChartInput, "summaries">): ReportSummary[] {
  return summaries.filter(
    (row) => row.figuresAreUsable && interactivityOf(row) !== null && figureOf(row, "output_throughput", "value"),
  );
}

const interactivityOf = (row: ReportSummary): number | null => figureOf(row, "interactivity", "value");

/** Every point that was measured; of a GPU where the number of GPUs of every configuration is known, else of the whole. */
export function tradeOffPoints(input: ChartInput): { points: TradeOffPoint[]; isPerGpu: boolean } {
  const { study } = input;
  const rows = measured(input);
  const isPerGpu = rows.every(({ gpus }) => gpus !== null && gpus > 0);
  const configurations = configurationsOf(input);
  const experiments = new Map(study.experiments.map((one) => [one.labels.name, one]));
  const workloads = new Map((study.workloads ?? []).map((one) => [one.name, one]));
  // The steady throughput where every point has it, so that ramp-up and drain of short points bend no series.
  const steady = rows.every((row) => figureOf(row, "output_throughput_steady", "value") !== null);
  const metric = steady ? "output_throughput_steady" : "output_throughput";
  const found = rows.flatMap((row) => {
    const experiment = experiments.get(row.experiment);
    if (experiment === undefined) return [];
    const { labels, knobs } = experiment;
    const configuration = configurations.get(configurationName(labels))!;
    const ofDataset = Object.entries(knobs).filter(([name]) => name.startsWith("dataset."));
    const panelKey = JSON.stringify([labels.system, labels.workload, Object.fromEntries(ofDataset)]);
    const seriesKey = JSON.stringify([panelKey, configuration.name]);
    const figure = row.figures.find((one) => one.metric === metric);
    return [
      { row, experiment, configuration, panelKey, seriesKey, figure, limits: workloads.get(labels.workload)?.limits },
    ];
  });
  const series = Map.groupBy(found, ({ seriesKey }) => seriesKey);
  const panels = Map.groupBy(found, ({ panelKey }) => panelKey);
  const points = found.map(({ row, experiment, configuration, panelKey, seriesKey, figure, limits }): TradeOffPoint => {
    const swept = sweptLoad(series.get(seriesKey)!.map((one) => one.experiment.knobs));
    const value = swept === null ? null : experiment.knobs[swept];
    const panel = panels.get(panelKey)!;
    return {
      row,
      configuration,
      panel: panels.size < 2 ? "" : panelName(panel.map((one) => cellName(one.experiment.labels))),
      load: typeof value === "number" ? { value, words: loadWords(swept!, value) } : null,
      interactivity: interactivityOf(row)!,
      throughput: (figure?.value ?? 0) / (isPerGpu ? row.gpus! : 1),
      launches: figure?.n ?? 0,
      isFront: false,
      isCorner: false,
      limit: limitOf(limits),
    };
  });
  const byPanel = Map.groupBy(points, ({ panel }) => panel);
  const margin = marginOf(study);
  const withFront = points.map((point) => {
    const others = byPanel.get(point.panel) ?? [];
    const isFront = !others.some((other) => isBetter(other, point, margin));
    return { ...point, isFront, isCorner: isFront && !others.some((other) => isBetter(other, point, 0)) };
  });
  return { points: withFront, isPerGpu };
}

/** Better in one by more than the margin, and not worse by more than it in the other; exactly where the margin is 0. */
function isBetter(other: TradeOffPoint, point: TradeOffPoint, margin: number): boolean {
  const user = Math.log(other.interactivity / point.interactivity);
  const gpu = Math.log(other.throughput / point.throughput);
  const least = Math.log1p(margin);
  return Math.min(user, gpu) >= -least && Math.max(user, gpu) > least;
}

/** The load setting that the points of one configuration differ in; null where none does. */
function sweptLoad(knobs: readonly Assignment[]): string | null {
  const names = new Set(knobs.flatMap((one) => Object.keys(one).filter((name) => name.startsWith("load."))));
  return [...names].find((name) => new Set(knobs.map((one) => one[name])).size > 1) ?? null;
}

function loadWords(setting: string, value: number): string {
  const words: Record<string, string> = { "load.concurrency": "in flight", "load.rate": "requests/s" };
  return `${value} ${words[setting] ?? setting.replace(/^load\./, "").replaceAll("_", " ")}`;
}

/** What the names of a panel's points have in common. */
function panelName(names: readonly string[]): string {
  const all = names.map((name) => name.split(/[@·]/));
  return (all[0] ?? []).filter((part) => all.every((parts) => parts.includes(part))).join("·");
}

/** A request's TPOT is at most its longest gap, so that a limit on gaps is one on both. */
function limitOf(limits: { tpotMs?: number; itlMs?: number } | undefined): TradeOffPoint["limit"] {
  const [ms, name] = limits?.tpotMs === undefined ? [limits?.itlMs, "ITL"] : [limits.tpotMs, "TPOT"];
  return ms === undefined ? null : { interactivity: 1000 / ms, words: `${name} ≤ ${plain(ms)} ms` };
}

/** From the most tokens to the fastest for one user. */
export function frontOf(points: readonly TradeOffPoint[]): TradeOffPoint[] {
  return points
    .filter(({ isFront }) => isFront)
    .toSorted((left, right) => left.interactivity - right.interactivity || right.throughput - left.throughput);
}
