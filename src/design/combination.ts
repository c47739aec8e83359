import type { Row } from "../schema/experiment.ts";
import { memberOf, sameJson, type Json } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import type { CombinationDesign, DesignKindRows } from "./design-kinds.ts";
import { changedRow, lackingKnob, withoutUnset } from "./row.ts";

/** Every combination of the factors' values, less what `exclude` matches, and the rows of `include`. The combination that is the baseline is the baseline. */
export const combination: DesignKindRows<CombinationDesign> = {
  rows(study, design, baseline) {
    const rows: Row[] = [];
    for (const set of crossed(design)) {
      const changed = differing(set, baseline.assignment);
      if (Object.keys(changed).length === 0) continue;
      const assignment = withoutUnset({ ...baseline.assignment, ...set });
      if (design.exclude.some(({ match }) => matches(match, assignment))) continue;
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
    return [...rows, ...design.include.map((change) => changedRow(study, change, baseline))];
  },
  family: "combination",
  alsoAgainstBaseline: false,
};

/** The full factorial, the last factor turning fastest. */
function* crossed(design: CombinationDesign): Generator<Assignment> {
  const total = design.factors.reduce((product, factor) => product * factor.values.length, 1);
  for (let cell = 0; cell < total; cell += 1) {
    const set = new Map<string, Json>();
    let rest = cell;
    for (const factor of design.factors.toReversed()) {
      set.set(factor.knob, factor.values[rest % factor.values.length] ?? null);
      rest = Math.floor(rest / factor.values.length);
    }
    yield Object.fromEntries(design.factors.map(({ knob }) => [knob, set.get(knob) ?? null]));
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
