import { allHold, isSet } from "../engine/conditions.ts";
import { rowNames, rowsWhere, together } from "../row-groups.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { oncePerKnob } from "../settings.ts";

/** A knob that does nothing: on this system at all, or beside another setting of its row. */
export const inertKnob: Rule = {
  code: "inert-knob",
  severity: "warning",
  eachSystem: true,
  check(context) {
    const { study, catalogue, settings, valueOf } = context;
    const alone = oncePerKnob(settings).flatMap(({ knob, pointer, elsewhere }): RuleFinding[] => {
      const why = catalogue.find(knob)?.definition.inert;
      if (why === undefined) return [];
      const message = `\`${knob}\`${elsewhere} does nothing on ${study.engine.title}: ${why}`;
      return [{ pointer, aim: "key", message, hint: "expect no effect, or take it out" }];
    });
    const beside = study.engine.inert.flatMap(({ knob, beside: conditions, because }): RuleFinding[] => {
      const groups = rowsWhere(context, [knob], ({ changed, assignment, against }) => {
        const speaksOfIt = against === null ? isSet(assignment, knob) : isSet(changed, knob);
        return speaksOfIt && allHold(conditions, assignment, valueOf);
      });
      const group = together(groups);
      if (group === null) return [];
      const others = conditions.map((condition) => `\`${condition.knob}\``).join(", ");
      const message = `\`${knob}\` does nothing in ${rowNames(group)} beside ${others}: ${because}`;
      return [{ pointer: group.pointer, aim: "key" as const, message, hint: `take \`${knob}\` out, or ${others}` }];
    });
    return [...alone, ...beside];
  },
};
