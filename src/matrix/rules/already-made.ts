import type { Rule } from "../rule.ts";
import { shown } from "../yaml/shape.ts";

/** A stacked step that sets what an earlier step has set. */
export const alreadyMade: Rule = {
  code: "already-made",
  severity: "error",
  eachSystem: true,
  check: ({ changes }) =>
    changes.flatMap(({ knob, value, pointer, effect }) => {
      if (effect.kind !== "already") return [];
      const message = `step \`${effect.step.id}\` has set \`${knob}: ${shown(value)}\` already`;
      return [{ pointer, aim: "key" as const, message, hint: "take it out: a step stands on all before it" }];
    }),
};
