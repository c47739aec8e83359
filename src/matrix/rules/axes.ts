import type { Axis, AxisPoint } from "../../schema/axis.ts";
import { RowId } from "../../schema/design.ts";
import { asMap, memberOf, pointerOf, type Json } from "../../schema/json.ts";
import { factorialPointer } from "../row-groups.ts";
import type { LintContext, RuleFinding, RuleTable } from "../rule.ts";
import { axesOfStudy } from "../settings.ts";
import { asWritten, sourceOf } from "../yaml/places.ts";
import { descriptionIn } from "../yaml/shape-fault.ts";
import { hasShape, shown } from "../yaml/shape.ts";

export const axesRules: RuleTable = {
  /** A range without the points that it was meant to have: none at all, or one. */
  "axis-range": {
    severity: "error",
    check: ({ study }) =>
      axesOfStudy(study).flatMap(({ name, range, pointer }): RuleFinding[] => {
        if (range === undefined) return [];
        const { from, to } = range;
        if (from > to) {
          const message = `\`${name}\` goes from ${from} down to ${to}`;
          const hint = `write the lower one first: \`from: ${to}, to: ${from}\``;
          return [{ pointer: `${pointer}/from`, aim: "value", message, hint }];
        }
        if (!("factor" in range) || from > 0 || from === to) return [];
        const message = `\`${name}\` goes by a factor from ${from}, which never leads up`;
        return [{ pointer: `${pointer}/from`, aim: "value", message, hint: "begin above 0, or go by `step`" }];
      }),
  },
  /** A point of named ones without an id that could stand in the name of a row. */
  "point-id": {
    severity: "error",
    check: (context) => [...unnamedPoints(context).map((one) => withoutId(context, one)), ...badNames(context)],
  },
  /** What a row, a factor or an axis sets, and the sweep sets again: it would be measured nowhere, and its row be the same as another. */
  "set-twice": {
    severity: "error",
    check: (context) => [...againByRows(context), ...againByAxes(context)],
  },
  /** A row or a workload that no experiment has, since the points of the two exclude each other; factors that make no row. */
  "runs-nowhere": {
    severity: "error",
    check({ study, expansion }) {
      const { changes, factors = [] } = study.design;
      const rows = changes.filter(({ pointer }) => expansion.nowhere.includes(pointer));
      const workloads = study.workloads.filter((_, index) => expansion.nowhere.includes(`/workloads/${index}`));
      const found = rows.map(({ id, pointer }): RuleFinding => {
        const message = `row \`${id}\` runs nowhere: no workload has a point of its \`sweep\``;
        return { pointer: `${pointer}/sweep`, aim: "key", message, hint: "give both a point in common" };
      });
      if (rows.length > 0) return found;
      const [factor] = factors;
      const isAlone = factor !== undefined && expansion.rows.length === 1 && study.exclude.length === 0;
      if (isAlone) {
        const message = "no cell is left beside the baseline: the factors have what it has already";
        const hint = "give a factor another value, or a `sweep` where the load is the question";
        return [{ pointer: factor.pointer, aim: "key", message, hint }];
      }
      return workloads.map(({ name }) => {
        const pointer = `/workloads/${study.workloads.findIndex((one) => one.name === name)}/sweep`;
        const message = `workload \`${name}\` runs nowhere: no row has a point of its \`sweep\``;
        return { pointer, aim: "key", message, hint: "give both a point in common" };
      });
    },
  },
};

function againByRows({ study, settings, expansion }: LintContext): RuleFinding[] {
  return expansion.setTwice.flatMap(({ setting, name, pointer, by }): RuleFinding[] => {
    const isFactor = pointer === factorialPointer;
    const own = isFactor ? pointer : `${pointer}/set`;
    const written = settings.find((one) => one.knob === setting && one.pointer.startsWith(`${own}/`));
    // What a duel's side has in the place of the baseline's knobs lies below the sweep, as those do.
    if (by === "axis" || written === undefined) return [];
    const message = `\`${setting}\` is set here and by the sweep, which wins: \`${name}\` is measured without what this says`;
    const points = isFactor ? "" : `; a row says in a \`sweep\` of its own at which points it runs`;
    // What a duel's side b takes back, side a has set, in the baseline's place.
    const isWritten = study.locations.has(written.pointer);
    const place = isWritten ? written.pointer : pointerOf("baseline", "knobs", setting);
    return [{ pointer: place, aim: "key", message, hint: `take it out here, or out of the sweep${points}` }];
  });
}

/** Once for each setting, however many points set it. */
function againByAxes({ expansion }: LintContext): RuleFinding[] {
  const bySetting = Map.groupBy(
    expansion.setTwice.filter(({ by }) => by === "axis"),
    ({ setting }) => setting,
  );
  return [...bySetting].flatMap(([setting, [first]]): RuleFinding[] => {
    if (first === undefined) return [];
    const message = `two axes of the sweep set \`${setting}\`, and the last one wins: in \`${first.name}\` for instance`;
    return [{ pointer: first.pointer, aim: "key", message, hint: "let one axis alone set it" }];
  });
}

/** A point that should have been named: one beside named ones, or a map of settings on an axis that is no setting itself. */
export function unnamedPoints({
  study,
  catalogue,
}: Pick<LintContext, "study" | "catalogue">): { axis: Axis; point: AxisPoint }[] {
  const isSettings = (value: Json): boolean => {
    const names = Object.keys(asMap(value) ?? {});
    return names.includes("id") || (names.length > 0 && names.every((name) => catalogue.find(name) !== null));
  };
  return axesOfStudy(study).flatMap((axis) => {
    if (catalogue.find(axis.name) !== null) return [];
    const without = axis.points.filter(({ set }) => {
      const value = memberOf(set, axis.name);
      return value !== undefined && (axis.isNamed || isSettings(value));
    });
    return without.map((point) => ({ axis, point }));
  });
}

function withoutId(
  { study }: LintContext,
  { axis: { name }, point: { set, pointer } }: ReturnType<typeof unnamedPoints>[number],
): RuleFinding {
  const { id, ...settings } = asMap(set[name] ?? null) ?? {};
  if (id !== undefined && id !== null) {
    const source = sourceOf(study.locations, `${pointer}/id`);
    const message = `the \`id\` of a point of \`${name}\` is ${shown(id, source)}, and an id is a text`;
    return {
      pointer: `${pointer}/id`,
      aim: "value",
      message,
      hint: `write it in quotes: \`id: "${asWritten(id, source)}"\``,
    };
  }
  const example = Object.entries(settings).map(([setting, value]) => `, ${setting}: ${shown(value)}`);
  const message = `a point of \`${name}\` has no \`id\``;
  const hint = `a point that sets several things, or stands beside such points, has a name: \`{ id: NAME${example.join("")} }\``;
  return { pointer, aim: "value", message, hint };
}

function badNames({ study }: LintContext): RuleFinding[] {
  const named = axesOfStudy(study).filter(({ isNamed }) => isNamed);
  return named.flatMap(({ name, points }) =>
    points.flatMap(({ id, set, pointer }): RuleFinding[] => {
      if (Object.hasOwn(set, name) || hasShape(RowId, id)) return [];
      const message = `${shown(id)} cannot be the \`id\` of a point of \`${name}\``;
      return [{ pointer: `${pointer}/id`, aim: "value", message, hint: descriptionIn(RowId) }];
    }),
  );
}
