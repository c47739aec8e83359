import { cellName } from "../../schema/experiment.ts";
import type { ReportStudy } from "../report-input.ts";

type Experiment = ReportStudy["experiments"][number];

/** Panels of a chart; its table has the other cells. */
export const MOST_CELLS = 4;

/** Experiments that one panel of a chart shows side by side. */
export interface ChartCell {
  /** System, workload and point of the sweep (`1k1k·c64`); empty where all stand in one panel. */
  cell: string;
  /** Each with its name within the cell: the row, and where all stand in one panel the whole name. */
  members: { experiment: Experiment; name: string }[];
}

/**
 * The experiments of a study by workload, system and point of the sweep, in its order. Where there is one, or none has
 * two experiments, there is nothing to be told apart by cell: they stand in one panel.
 */
export function chartCells(experiments: readonly Experiment[]): ChartCell[] {
  const cells = [...Map.groupBy(experiments, ({ labels }) => cellName(labels))];
  if (cells.length < 2 || cells.every(([, own]) => own.length < 2)) {
    return [{ cell: "", members: experiments.map((experiment) => ({ experiment, name: experiment.labels.name })) }];
  }
  return cells.map(([cell, own]) => ({
    cell,
    members: own.map((experiment) => ({ experiment, name: experiment.labels.row })),
  }));
}

/** Of more cells than a chart draws how many its table has beside them; empty of others. */
export function othersText(cells: number): string {
  const more = cells - MOST_CELLS;
  if (more <= 0) return "";
  return ` The table has ${more === 1 ? "one more workload or point" : `${more} more workloads and points`}.`;
}
