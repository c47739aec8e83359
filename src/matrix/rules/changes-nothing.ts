import { engineWithVersion } from "../engine/knob-catalogue.ts";
import { isClientKnob } from "../../schema/knob-scopes.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { shown } from "../yaml/shape.ts";

/** A row that sets what is in force already: two "different" experiments that are one program. */
export const changesNothing: Rule = {
  code: "changes-nothing",
  severity: "error",
  eachSystem: true,
  check({ study, changes, valueOf }) {
    const hint = 'set another value, or take it out; to keep a published row, say `skip: "why"`';
    const found = changes.flatMap(({ knob, value, pointer, effect }): RuleFinding[] => {
      if (effect.kind === "baseline") {
        const message = `\`${knob}: ${shown(value)}\` changes nothing: baseline \`${study.baseline.id}\` has it already`;
        return [{ pointer, aim: "key", message, hint }];
      }
      if (effect.kind !== "default") return [];
      const owner = isClientKnob(knob) ? "the workload" : engineWithVersion(study);
      const inForce = valueOf({}, knob);
      const message = `\`${knob}: ${shown(value)}\` changes nothing: `;
      if (inForce === undefined) return [{ pointer, aim: "key", message: `${message}nothing sets it`, hint }];
      const written = `baseline \`${study.baseline.id}\` is that row: to see the value in its place, write \`${knob}: ${shown(value)}\` into \`baseline.knobs\`, and take this row out`;
      return [{ pointer, aim: "key", message: `${message}${owner} does that when it is not set`, hint: written }];
    });
    if (study.design.factors !== undefined) return found;
    const empty = study.design.changes.filter(({ set, skip }) => skip === undefined && Object.keys(set).length === 0);
    return [
      ...found,
      ...empty.map(({ id, pointer }): RuleFinding => {
        return { pointer: `${pointer}/set`, aim: "key", message: `row \`${id}\` sets no knob`, hint };
      }),
    ];
  },
};
