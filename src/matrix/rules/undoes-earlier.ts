import type { Rule } from "../rule.ts";
import { shown } from "../yaml/shape.ts";

/** A stacked step that takes an earlier one back: it measures that step the other way round, not something new. */
export const undoesEarlier: Rule = {
  code: "undoes-earlier",
  severity: "error",
  eachSystem: true,
  check: ({ changes }) =>
    changes.flatMap(({ knob, value, pointer, effect }) => {
      if (effect.kind !== "undoes") return [];
      const back = value === null ? "takes it out again" : `sets it back to ${shown(value)}`;
      const message = `step \`${effect.step.id}\` moved \`${knob}\`, and this ${back}`;
      const hint = `take step \`${effect.step.id}\` out, or compare the two in a design of kind isolation`;
      return [{ pointer, aim: "key" as const, message, hint }];
    }),
};
