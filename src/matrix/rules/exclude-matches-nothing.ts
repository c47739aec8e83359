import type { Json } from "../../schema/json.ts";
import { canonicalJson, memberOf, sameJson } from "../../schema/json.ts";
import type { LintContext, Rule } from "../rule.ts";
import { axesOfStudy } from "../settings.ts";
import { shown } from "../yaml/shape.ts";

/** An `exclude` that no cell meets: mostly a value that is written otherwise in the factor. */
export const excludeMatchesNothing: Rule = {
  code: "exclude-matches-nothing",
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
      const hint = isVaried ? `there is ${values.map(shown).join(", ")}` : `\`${part}\` is not varied: take it out`;
      return [{ pointer, aim: "value" as const, message, hint }];
    });
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
  const own = memberOf(study.baseline.knobs, part) ?? null;
  const set = settings.filter(({ knob, where }) => knob === part && where !== "exclude");
  const all = [...set.flatMap(({ values }) => values.map(({ value }) => value)), own];
  return [...new Map(all.map((value) => [canonicalJson(value), value])).values()];
}
