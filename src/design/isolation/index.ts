import { Type } from "typebox";
import { ChangeFile, changesOf } from "../../schema/design.ts";
import { designKind } from "../design-kind.ts";
import { changedRow } from "../row.ts";

/** Each change on its own, against the baseline alone. */
export const isolation = designKind({
  members: { changes: Type.Array(ChangeFile, { minItems: 1 }) },
  read: ({ changes }, context) => ({ design: { changes: changesOf(changes, "/design/changes", context) } }),
  rows: (study, baseline) => study.design.changes.map((change) => changedRow(study, change, baseline)),
  family: "isolation",
});
