import { Type } from "typebox";
import { assign, changedBetween, valueIn } from "../../schema/assignment.ts";
import { AxesFile, axesOf, type Axis, type AxisPoint } from "../../schema/axis.ts";
import { AssignmentFile, ChangeFile, changesOf, exclusionsOf } from "../../schema/design.ts";
import type { Row } from "../../schema/experiment.ts";
import { sameJson, type Json } from "../../schema/json.ts";
import { knobMember, type Assignment } from "../../schema/knob.ts";
import { onceEach } from "../../schema/once-each.ts";
import { settingDefault } from "../../schema/setting-defaults.ts";
import type { Study } from "../../schema/study.ts";
import { pointSeparator } from "../cells.ts";
import { designKind } from "../design-kind.ts";
import { changedRow, lackingKnob, withoutUnset } from "../row.ts";

/** Every combination of the factors' points, less what `exclude` matches, and the rows of `include`. The combination that is the baseline is the baseline. */
export const combination = designKind({
  members: {
    strategy: Type.Optional(Type.Literal("full")),
    factors: AxesFile,
    include: Type.Optional(Type.Array(ChangeFile)),
    exclude: Type.Optional(Type.Array(AssignmentFile)),
  },
  read: ({ factors, include, exclude }, context) => ({
    design: {
      changes: changesOf(include, "/design/include", context),
      factors: axesOf(factors, "/design/factors", context.shortOf),
    },
    exclude: exclusionsOf(exclude, "/design/exclude"),
  }),
  rows(study, baseline) {
    const { changes, factors = [] } = study.design;
    const rows: Row[] = [];
    const moved = withoutDefaults(study, baseline);
    const cellOf = (points: readonly AxisPoint[]) => {
      const set = Object.assign({}, ...points.map((point) => point.set)) as AxisPoint["set"];
      const assignment = withoutUnset(assign(baseline.assignment, set));
      return { set, assignment, changed: moved(changedBetween(assignment, baseline.assignment, set)) };
    };
    const namesOf = (points: readonly AxisPoint[]) =>
      Object.fromEntries(factors.map(({ name }, at) => [name, points[at]!.id]));
    // What else than a whole knob is a factor does not show in what a cell changes.
    const hasPoints = factors.some(({ isNamed, name }) => isNamed || knobMember(name) !== null);
    const ofBaseline = hasPoints
      ? crossed(factors).find((points) => Object.keys(cellOf(points).changed).length === 0)
      : undefined;
    const basePoints = ofBaseline === undefined ? {} : { basePoints: namesOf(ofBaseline) };
    for (const points of crossed(factors)) {
      const { set, assignment, changed } = cellOf(points);
      if (Object.keys(changed).length === 0) continue;
      const id = points.map((point) => point.id).join(pointSeparator);
      const lacking = lackingKnob(study, set, assignment);
      rows.push({
        id,
        label: id,
        assignment,
        changed,
        against: baseline.id,
        compound: "a cell of the factorial",
        ...(hasPoints ? { axisPoints: namesOf(points), ...basePoints } : {}),
        ...(lacking === null ? {} : { skip: lacking }),
        pointer: "/design/factors",
      });
    }
    return [...rows, ...changes.map((change) => changedRow(study, change, baseline))];
  },
  family: "combination",
});

/** The changes, less what is in force anyway where the baseline says nothing: with a default alone, a cell is the baseline. */
function withoutDefaults(study: Study, { assignment }: Row): (changed: Assignment) => Assignment {
  const defaultOf = onceEach((setting: string) => settingDefault(study, setting));
  const moves = ([setting, value]: [string, Json]): boolean =>
    valueIn(assignment, setting) !== undefined || !sameJson(defaultOf(setting), value);
  return (changed) => Object.fromEntries(Object.entries(changed).filter(moves));
}

/** The full factorial, the last factor turning fastest. */
function* crossed(factors: readonly Axis[]): Generator<AxisPoint[]> {
  const total = factors.reduce((product, { points }) => product * points.length, 1);
  for (let cell = 0; cell < total; cell += 1) {
    const chosen: AxisPoint[] = [];
    let rest = cell;
    for (const { points } of factors.toReversed()) {
      chosen.unshift(points[rest % points.length]!);
      rest = Math.floor(rest / points.length);
    }
    yield chosen;
  }
}
