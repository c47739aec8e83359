import type { ResolvedKnob, Trial } from "../../schema/trial.ts";
import { code, relationOf, text } from "./relation.ts";
import { compareTexts } from "../../schema/text-order.ts";

const inOrder: readonly ResolvedKnob["status"][] = ["different", "not verifiable", "same"];

/** Declared against resolved, over all trials: what differs and what nobody could verify in rows, what is the same in a list. */
export function resolvedRelation(trials: readonly Trial[]) {
  const all = trials.flatMap(({ resolved, labels }) => resolved.map((row) => ({ ...row, experiment: labels.name })));
  const grouped = Map.groupBy(all, ({ status, knob, declared, resolved, where }) =>
    JSON.stringify([status, knob, declared, resolved, where]),
  );
  const rows = [...grouped.values()].flatMap((group) => {
    const experiments = [...new Set(group.map(({ experiment }) => experiment))];
    return group.slice(0, 1).map((first) => ({ ...first, experiments }));
  });
  const shown = rows
    .filter(({ status }) => status !== "same")
    .toSorted(
      (left, right) =>
        inOrder.indexOf(left.status) - inOrder.indexOf(right.status) || compareTexts(left.knob, right.knob),
    );
  const relation = relationOf("resolved", shown, [
    text("status", "Status", ({ status }) => ({ value: status, strong: status === "different" })),
    code("knob", "Knob", ({ knob }) => knob),
    code("declared", "Declared", ({ declared }) => ({ value: declared })),
    code("resolved", "Resolved", ({ status, resolved }) =>
      status === "different" ? { value: resolved } : { value: "–", isText: true },
    ),
    text("where", "Where", ({ where }) => where),
    text("experiments", "Experiments", ({ experiments }) => experiments.join(", ")),
  ]);
  const same = new Set(rows.filter(({ status }) => status === "same").map(({ knob }) => knob));
  // Trials whose engine reported nothing.
  const silent = trials.filter(({ resolvedConfiguration }) => resolvedConfiguration === null).length;
  return { relation, facts: { same: [...same].toSorted(), silent, of: trials.length } };
}
