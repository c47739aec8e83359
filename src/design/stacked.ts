import type { Row } from "../schema/experiment.ts";
import type { DesignKindRows, StackedDesign } from "./design-kinds.ts";
import { changedRow } from "./row.ts";

/** Each step on top of all before it. A skipped step sets nothing: the next one stands on the step before it. */
export const stacked: DesignKindRows<StackedDesign> = {
  rows(study, design, baseline) {
    const rows: Row[] = [];
    let below = baseline;
    for (const step of design.steps) {
      const row = changedRow(study, step, below);
      rows.push(row);
      if (row.skip === undefined) below = row;
    }
    return rows;
  },
  family: "step",
  alsoAgainstBaseline: true,
};
