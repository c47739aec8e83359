import { valueIn } from "../../schema/assignment.ts";
import { canonicalJson, sameJson, type Json } from "../../schema/json.ts";
import { isClientKnob, wholeKnob, type Assignment } from "../../schema/knob.ts";
import type { LintContext, RuleFinding, RuleTable } from "../rule.ts";
import { axesOfStudy } from "../settings.ts";
import { shown } from "../yaml/shape.ts";

export const exclusionsRules: RuleTable = {
  /** An `exclude` that no cell meets: mostly a value that is written otherwise in the factor. */
  "exclude-matches-nothing": {
    severity: "warning",
    check(context) {
      return context.study.exclude.flatMap(({ match, pointer }) => {
        const missing = Object.entries(match).flatMap(([part, wanted]) => {
          const values = valuesOf(context, part);
          if (values === null) return [];
          const isThere = (one: Json): boolean => values.some((value) => sameJson(value, one));
          if (isThere(wanted) || (Array.isArray(wanted) && wanted.some(isThere))) return [];
          return [{ part, wanted, values }];
        })[0];
        if (missing === undefined) return [];
        const { part, wanted, values } = missing;
        const message = `this excludes nothing: no cell has \`${part}: ${shown(wanted)}\``;
        const isVaried = values.length > 1;
        const hint = isVaried
          ? `its values are ${values.map((one) => shown(one)).join(", ")}`
          : `\`${part}\` is not varied: take it out`;
        return [{ pointer, aim: "value" as const, message, hint }];
      });
    },
  },
  /** An `exclude` that takes the baseline out of every cell, or all that would be compared with it. */
  "excluded-baseline": {
    severity: "error",
    check(context) {
      const { exclude, baseline } = context.study;
      const found = exclude
        .filter(({ match }) => matches(context, match, baseline.knobs))
        .map(({ pointer }): RuleFinding => {
          const message = `this excludes the baseline \`${baseline.id}\`, which every cell is compared with`;
          return { pointer, aim: "value", message, hint: "narrow it by another factor, or change the baseline" };
        });
      const { rows } = context.expansion;
      const [first] = exclude;
      // A design without changes has nothing to compare: its baseline is enough.
      const { changes, factors } = context.study.design;
      const compares = changes.length > 0 || factors !== undefined;
      const isLeft = rows.some(({ against }) => !compares || against !== null);
      if (first === undefined || found.length > 0 || isLeft) return found;
      const pointer = first.pointer.replace(/\/\d+$/, "");
      const message = "everything is excluded: no row is left to compare with the baseline";
      return [{ pointer, aim: "key", message, hint: "narrow an `exclude`, or `include` a row" }];
    },
  },
};

/** What a part of an exclusion can be: names, or the values that a setting has somewhere. Null of a setting that nobody knows, which has its diagnostic. */
function valuesOf({ study, catalogue, settings }: LintContext, part: string): Json[] | null {
  if (part === "row") return [study.baseline, ...study.design.changes].map(({ id }) => id);
  if (part === "workload") return study.workloads.map(({ name }) => name);
  if (part === "system") return study.systems.map(({ id }) => id);
  const named = axesOfStudy(study).filter(({ name, isNamed }) => isNamed && name === part);
  if (named.length > 0) return named.flatMap(({ points }) => points.map(({ id }) => id));
  if (catalogue.find(part) === null) return null;
  // A setting of the client's has a value everywhere: the workload's, where nothing sets it.
  const own = valueIn(study.baseline.knobs, part) ?? (isClientKnob(part) ? undefined : null);
  const set = settings.filter(({ knob, where }) => where !== "exclude" && [part, wholeKnob(part)].includes(knob));
  const all = set.flatMap(({ knob, values }) => values.map(({ value }) => valueIn({ [knob]: value }, part) ?? null));
  if (own !== undefined) all.push(own);
  return [...new Map(all.map((value) => [canonicalJson(value), value])).values()];
}

/** A match without settings matches everything; one that names a part of the matrix beside settings does not match the baseline everywhere. */
function matches({ valueOf, catalogue, knobsSwept }: LintContext, match: Assignment, assignment: Assignment): boolean {
  return Object.entries(match).every(([part, wanted]) => {
    if (part === "row") return false;
    if (catalogue.find(part) === null || knobsSwept.has(part)) return false;
    const own = valueOf(assignment, part);
    const same = (one: Json): boolean => sameJson(valueOf({ [part]: one }, part), own);
    return same(wanted) || (Array.isArray(wanted) && wanted.some(same));
  });
}
