import type { Json } from "../schema/json.ts";
import type { ResolvedKnob, Trial } from "../schema/trial.ts";

interface ResolvedRow {
  status: ResolvedKnob["status"];
  knob: string;
  declared: Json;
  resolved: Json;
  where: string;
  experiments: string[];
}

const inOrder = ["different", "not verifiable", "same"] as const;

/** Declared against resolved, over all trials: what differs and what nobody could verify in rows, what is the same in a count. */
export function resolvedSection(trials: readonly Trial[]): object {
  const all = trials.flatMap(({ resolved, labels }) => resolved.map((row) => ({ ...row, experiment: labels.name })));
  const grouped = Map.groupBy(all, ({ status, knob, declared, resolved, where }) =>
    JSON.stringify([status, knob, declared, resolved, where]),
  );
  const rows: ResolvedRow[] = [...grouped.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { status, knob, declared, resolved, where } = first;
    return [
      {
        status,
        knob,
        declared,
        resolved,
        where,
        experiments: [...new Set(group.map(({ experiment }) => experiment))],
      },
    ];
  });
  const told = rows
    .filter(({ status }) => status !== "same")
    .toSorted(
      (left, right) =>
        inOrder.indexOf(left.status) - inOrder.indexOf(right.status) || (left.knob < right.knob ? -1 : 1),
    );
  const same = new Set(rows.filter(({ status }) => status === "same").map(({ knob }) => knob));
  return {
    rows: told,
    same: [...same].toSorted(),
    silent: trials.filter(({ resolvedConfiguration }) => resolvedConfiguration === null).length,
    of: trials.length,
  };
}
