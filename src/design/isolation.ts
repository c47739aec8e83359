import type { DesignKindRows, IsolationDesign } from "./design-kinds.ts";
import { changedRow } from "./row.ts";

/** Each change on its own, against the baseline alone. */
export const isolation: DesignKindRows<IsolationDesign> = {
  rows: (study, design, baseline) => design.changes.map((change) => changedRow(study, change, baseline)),
  family: "isolation",
  alsoAgainstBaseline: false,
};
