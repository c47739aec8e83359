import type { Row } from "../schema/experiment.ts";
import type { Design, Study } from "../schema/study.ts";

/** What a kind of design knows: how its rows follow from the matrix. */
export interface DesignKindRows<Kind extends Design> {
  /** The rows after the baseline, in the matrix's order. */
  rows(study: Study, design: Kind, baseline: Row): Row[];
  /** What a row's contrast with the row that it is `against` belongs to. */
  family: "isolation" | "step" | "combination";
  /** True where each row is compared with the baseline as well as with its predecessor. */
  alsoAgainstBaseline: boolean;
}

export type IsolationDesign = Extract<Design, { kind: "isolation" }>;
export type DuelDesign = Extract<Design, { kind: "duel" }>;
export type StackedDesign = Extract<Design, { kind: "stacked" }>;
export type CombinationDesign = Extract<Design, { kind: "combination" }>;
