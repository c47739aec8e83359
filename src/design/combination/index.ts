import { Type } from "typebox";
import { AssignmentFile, ChangeFile, changesOf, factorsOf, type Factor } from "../../schema/design.ts";
import type { Row } from "../../schema/experiment.ts";
import { memberOf, sameJson, type Json } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";
import { designKind } from "../design-kind.ts";
import { changedRow, lackingKnob, withoutUnset } from "../row.ts";

/** Every combination of the factors' values, less what `exclude` matches, and the rows of `include`. The combination that is the baseline is the baseline. */
export const combination = designKind({
  members: {
    strategy: Type.Optional(Type.Literal("full")),
    factors: Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 })),
    include: Type.Optional(Type.Array(ChangeFile)),
    exclude: Type.Optional(Type.Array(AssignmentFile)),
  },
  read: ({ factors, include, exclude = [] }) => ({
    design: {
      changes: changesOf(include, "/design/include"),
      factors: factorsOf(factors, "/design/factors"),
      exclude: exclude.flatMap((match: unknown, index) =>
        match === null ? [] : [{ match: match as Assignment, pointer: `/design/exclude/${index}` }],
      ),
    },
  }),
  rows(study, baseline) {
    const { changes, factors = [], exclude = [] } = study.design;
    const rows: Row[] = [];
    for (const set of crossed(factors)) {
      const changed = differing(set, baseline.assignment);
      if (Object.keys(changed).length === 0) continue;
      const assignment = withoutUnset({ ...baseline.assignment, ...set });
      if (exclude.some(({ match }) => matches(match, assignment))) continue;
      const id = Object.entries(set)
        .map(([knob, value]) => `${knob}=${typeof value === "string" ? value : JSON.stringify(value)}`)
        .join(",");
      const lacking = lackingKnob(study, set);
      rows.push({
        id,
        label: id,
        assignment,
        changed,
        against: baseline.id,
        compound: "a cell of the factorial",
        ...(lacking === null ? {} : { skip: lacking }),
        pointer: "/design/factors",
      });
    }
    return [...rows, ...changes.map((change) => changedRow(study, change, baseline))];
  },
  family: "combination",
});

/** The full factorial, the last factor turning fastest. */
function* crossed(factors: readonly Factor[]): Generator<Assignment> {
  const total = factors.reduce((product, factor) => product * factor.values.length, 1);
  for (let cell = 0; cell < total; cell += 1) {
    const set = new Map<string, Json>();
    let rest = cell;
    for (const factor of factors.toReversed()) {
      set.set(factor.knob, factor.values[rest % factor.values.length] ?? null);
      rest = Math.floor(rest / factor.values.length);
    }
    yield Object.fromEntries(factors.map(({ knob }) => [knob, set.get(knob) ?? null]));
  }
}

function differing(set: Assignment, base: Assignment): Assignment {
  return Object.fromEntries(
    Object.entries(set).filter(([knob, value]) => !sameJson(memberOf(base, knob) ?? null, value)),
  );
}

function matches(match: Assignment, assignment: Assignment): boolean {
  return Object.entries(match).every(([knob, value]) => sameJson(memberOf(assignment, knob) ?? null, value));
}
