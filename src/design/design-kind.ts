import type { TProperties } from "typebox";
import type { DesignForm } from "../schema/design.ts";
import type { Contrast, Experiment, Row } from "../schema/experiment.ts";
import type { Study } from "../schema/study.ts";

/** All that is peculiar to a kind of design: how it is written, its rows, its order, and what its rows are compared with. */
export interface DesignKind<Members extends TProperties = TProperties> extends DesignForm<Members> {
  /** The rows after the baseline, in the matrix's order. */
  rows: (study: Study, baseline: Row) => Row[];
  /** What a row's contrast with the row that it is `against` belongs to, which says how its p is corrected. */
  family: Contrast["family"];
  /** The same of a second contrast, with the baseline, where each row has one as well as that with its predecessor. */
  familyAgainstBaseline?: Contrast["family"];
  order?: NonNullable<DesignForm["order"]> & {
    /** The members of a block in the order in which it visits them. */
    visit(members: readonly Experiment[], seed: number, block: number): Experiment[];
    /** True where what is visited twice in a block stays in one launch: how the launch drifts is the question. */
    isOneLaunch?: true;
  };
}

/** A kind, with the types of its members. */
export function designKind<Members extends TProperties>(kind: DesignKind<Members>): DesignKind<Members> {
  return kind;
}
