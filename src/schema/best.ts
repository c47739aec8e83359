import type { RatioBounds } from "./effect.ts";
import type { StudyRecord } from "./study-record.ts";

/** True where the question is which of many configurations is the best; other designs ask what a change does. */
export function asksForBest({ contrasts = [] }: Partial<Pick<StudyRecord, "contrasts">>): boolean {
  return contrasts.some(({ family }) => family === "combination");
}

/** One configuration beside the best of the others under the same workload and load. */
export interface BestArm {
  /** `labels.name`, and the row without workload and point. */
  experiment: string;
  row: string;
  /** The figure's level over its launches; null where it was not measured. */
  value: number | null;
  unit: string;
  /** Its figure ÷ that of the best of the others. */
  ratio: number | null;
  /** Of that ratio: in 95 % of all studies the intervals of all configurations hold together. */
  interval: RatioBounds | null;
  /** `best`: the best estimate; `not told apart`: it may be the best as well; `worse`: shown not to be the best. */
  standing: "best" | "not told apart" | "worse" | "not compared";
  /** Why it is not compared; null where it is. */
  why: string | null;
}

/** Which of many configurations is the best under one workload, at one point of the sweep, on one system. */
export interface BestOfCell {
  /** Workload and point, as names of experiments end in them: `1k1k·c64`; empty where there is one. */
  cell: string;
  /** The name of the cell's baseline. */
  baseline: string;
  metric: string;
  stat: string;
  /** As sentences call the figure. */
  title: string;
  better: "higher" | "lower";
  /** The best first, then by their estimates; those that are not compared last. */
  arms: BestArm[];
  /** Why nothing can be told; null where it can. */
  why: string | null;
}
