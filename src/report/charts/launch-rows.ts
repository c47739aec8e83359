import { levelOf } from "../../math/level.ts";
import { configurationName } from "../../schema/experiment.ts";
import type { Outcome } from "../../schema/effect.ts";
import { trialsOf, type Trial } from "../../schema/trial.ts";
import type { ReportSummary } from "../report-input.ts";
import { countedTrials, trialFigure } from "../relations/counted-trials.ts";
import { effectOn, metricWords } from "../relations/wording.ts";
import { chartCells, type ChartCell } from "./cells.ts";
import { configurationsOf } from "./configurations.ts";
import type { ChartInput } from "./index.ts";

/** More experiments than these are shown only where they are named. */
const MOST_EXPERIMENTS = 200;

/** A launch of the engine as a trial measured it, within its arm. */
export interface LaunchRow {
  cell: string;
  experiment: string;
  /** Of a baseline that ran twice in a block; else empty. */
  place: "first" | "last" | "";
  decision: Outcome | "";
  block: number;
  /** Of the figure that decided in the cell; null where it was not measured. */
  value: number | null;
  /** The value ÷ the level of all launches of the arm that count; null where fewer than two do. */
  fromMean: number | null;
  counts: boolean;
  /** `VALID`; of a trial that does not count also why. */
  verdict: string;
  /** `goodput (req/s)` */
  figure: string;
  lowerIsBetter: boolean;
}

/** The launches of each cell of a study in its order, a baseline's first ones at the top and its last ones at the bottom. */
export function launchRows(input: ChartInput): LaunchRow[] {
  const configurations = configurationsOf(input);
  const isMany = input.study.experiments.length > MOST_EXPERIMENTS;
  return chartCells(input.study.experiments).flatMap((cell) => {
    const figure = figureOfCell(input, cell);
    const title = titleOf(figure, input);
    const arms = cell.members.flatMap(({ experiment }) => {
      const summary = input.summaries.find((one) => one.experiment === experiment.labels.name);
      const isShown = !isMany || configurations.get(configurationName(experiment.labels))?.isNamed === true;
      return summary === undefined || !isShown ? [] : [{ id: experiment.id, summary }];
    });
    const rows = arms.map(({ id, summary }) => rowsOfArm(input, { cell: cell.cell, id, summary, figure, title }));
    return [
      ...rows.flat().filter(({ place }) => place !== "last"),
      ...rows.flat().filter(({ place }) => place === "last"),
    ];
  });
}

interface ArmAsked {
  cell: string;
  id: string;
  summary: ReportSummary;
  figure: string;
  /** The figure as people call it, with its unit. */
  title: string;
}

function rowsOfArm(
  { trials, decisions, effects }: ChartInput,
  { cell, id, summary, figure, title }: ArmAsked,
): LaunchRow[] {
  const [metric = "", stat = ""] = figure.split(" ");
  const own = trialsOf(trials, id)
    .filter(({ spec }) => spec.purpose === "performance")
    .toSorted((left, right) => left.spec.position - right.spec.position);
  const counted = new Set(countedTrials(trials, id, summary));
  const valueOf = (trial: Trial): number | null => trialFigure(trial, metric, stat, summary.gpus);
  const values = [...counted].flatMap((trial) => valueOf(trial) ?? []);
  const level = values.length < 2 ? null : levelOf(values);
  const placeOf = summary.baseline ? placesInBlocks(own) : () => "" as const;
  const lowerIsBetter = effectOn(effects, figure)?.better === "lower";
  const outcome = decisions.find(({ experiment }) => experiment === summary.experiment)?.outcome ?? "";
  return own
    .map((trial): LaunchRow => {
      const value = valueOf(trial);
      return {
        cell,
        experiment: summary.experiment,
        place: placeOf(trial),
        decision: summary.baseline ? "BASELINE" : outcome,
        block: Math.floor(trial.spec.block),
        value,
        fromMean: value === null || level === null || level <= 0 ? null : value / level,
        counts: counted.has(trial),
        verdict: verdictOf(trial, counted.has(trial), summary),
        figure: title,
        lowerIsBetter,
      };
    })
    .toSorted((left, right) => left.block - right.block);
}

/** Of trials of a baseline whether each is the first or the last of its block; nothing where no block has two. */
function placesInBlocks(own: readonly Trial[]): (trial: Trial) => LaunchRow["place"] {
  const replicates = Map.groupBy(own, ({ spec }) => Math.floor(spec.block));
  const firsts = new Map([...replicates].map(([block, trials]) => [block, trials[0]?.spec.replicate]));
  const isFirst = ({ spec }: Trial): boolean => firsts.get(Math.floor(spec.block)) === spec.replicate;
  return own.every(isFirst) ? () => "" : (trial) => (isFirst(trial) ? "first" : "last");
}

function verdictOf({ spec, verdict }: Trial, counts: boolean, { excluded }: ReportSummary): string {
  if (counts) return verdict.status;
  const why = excluded.find(({ trialId }) => trialId === spec.trialId)?.why ?? `${verdict.status}: ${verdict.reason}`;
  return why.startsWith(verdict.status) ? why : `${verdict.status}, left out: ${why}`;
}

/** The figure that decided in a cell; where nothing was decided that of the study, or output throughput. */
function figureOfCell({ decisions, trials }: ChartInput, { members }: ChartCell): string {
  const names = new Set(members.map(({ experiment }) => experiment.labels.name));
  const found = decisions.find(({ experiment, metric }) => metric !== null && names.has(experiment));
  const decided = found ?? decisions.find(({ metric }) => metric !== null);
  if (decided?.metric != null) return decided.metric;
  const isSteady = trials.some(({ measurements }) =>
    measurements.some(({ metric, value }) => metric === "output_throughput_steady" && value !== null),
  );
  return isSteady ? "output_throughput_steady value" : "output_throughput value";
}

function titleOf(figure: string, { summaries, effects }: ChartInput): string {
  const words = metricWords(figure);
  const known = [...summaries.flatMap(({ figures }) => figures), ...effects];
  const unit = known.find(({ metric, stat }) => `${metric} ${stat}` === figure)?.unit ?? "";
  return unit === "" || unit === "1" || words.endsWith(unit) ? words : `${words} (${unit})`;
}
