import { Type } from "typebox";
import { ChangeFile, changesOf } from "../../schema/design.ts";
import type { Row } from "../../schema/experiment.ts";
import { designKind } from "../design-kind.ts";
import { changedRow } from "../row.ts";

/** Each step on top of all before it. A skipped step sets nothing: the next one stands on the step before it. */
export const stacked = designKind({
  members: { steps: Type.Array(ChangeFile, { minItems: 1 }) },
  read: ({ steps }, context) => ({
    design: { changes: changesOf(steps, "/design/steps", context), cumulative: true },
  }),
  rows(study, baseline) {
    const rows: Row[] = [];
    let below = baseline;
    for (const step of study.design.changes) {
      const row = changedRow(study, step, below);
      rows.push(row);
      if (row.skip === undefined) below = row;
    }
    return rows;
  },
  family: "step",
  familyAgainstBaseline: "stack",
});
