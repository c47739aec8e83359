import type { Rule } from "../rule.ts";
import { oncePerKnob } from "../settings.ts";

/** A knob that the engine file says this system lacks: its rows are SKIPPED, which whoever asked should know. */
export const unsupportedKnob: Rule = {
  code: "unsupported-knob",
  severity: "warning",
  eachSystem: true,
  check: ({ study, catalogue, settings }) =>
    oncePerKnob(settings).flatMap(({ knob, pointer, elsewhere }) => {
      const why = catalogue.find(knob)?.definition.unsupported;
      if (why === undefined) return [];
      const message = `${study.engine.title} cannot set \`${knob}\`${elsewhere}, so the rows that set it are SKIPPED: ${why}`;
      return [{ pointer, aim: "key" as const, message, hint: "run it on another engine with --sut, or take it out" }];
    }),
};
