import { cellName } from "../../schema/cell-name.ts";
import type { ReportStudy } from "../report-input.ts";

type Experiment = ReportStudy["experiments"][number];

/** Panels of a chart; its table has the other cells. */
export const MOST_CELLS = 4;

/** Experiments that one panel of a chart shows side by side. */
export interface ChartCell {
  /** Workload and point of the sweep (`1k1k·c64`); empty where all stand in one panel. */
  cell: string;
  /** Each with its name within the cell: the row. */
  members: { experiment: Experiment; name: string }[];
}

/**
 * The experiments of a study by workload, system and point of the sweep, in its order. Where no cell has two, there is nothing to be
 * compared within one: they stand in one panel by their whole names.
 */
export function chartCells(experiments: readonly Experiment[]): ChartCell[] {
  const cells = [...Map.groupBy(experiments, ({ labels }) => cellName(labels))];
  if (cells.every(([, own]) => own.length < 2)) {
    return [{ cell: "", members: experiments.map((experiment) => ({ experiment, name: experiment.labels.name })) }];
  }
  return cells.map(([cell, own]) => ({
    cell,
    members: own.map((experiment) => ({ experiment, name: experiment.labels.row })),
  }));
}
