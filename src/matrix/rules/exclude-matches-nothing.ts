import { memberOf, sameJson } from "../../schema/json.ts";
import type { Rule } from "../rule.ts";
import { shown } from "../yaml/shape.ts";

/** An `exclude` that no cell meets: mostly a value that is written otherwise in the factor. */
export const excludeMatchesNothing: Rule = {
  code: "exclude-matches-nothing",
  severity: "warning",
  check({ study, catalogue }) {
    const { design, baseline } = study;
    const factors = new Map(design.factors?.map(({ knob, values }) => [knob, values]));
    return (design.exclude ?? []).flatMap(({ match, pointer }) => {
      const missing = Object.entries(match).find(([knob, value]) => {
        const values = factors.get(knob) ?? [memberOf(baseline.knobs, knob) ?? null];
        return catalogue.find(knob) !== null && !values.some((one) => sameJson(one, value));
      });
      if (missing === undefined) return [];
      const [knob, value] = missing;
      const values = factors.get(knob);
      const message = `this excludes nothing: no cell has \`${knob}: ${shown(value)}\``;
      const hint = values ? `the factor has ${values.map(shown).join(", ")}` : "it is not among the factors";
      return [{ pointer, aim: "value" as const, message, hint }];
    });
  },
};
