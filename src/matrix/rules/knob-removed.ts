import { availability, engineWithVersion } from "../engine/knob-catalogue.ts";
import type { Rule } from "../rule.ts";
import { oncePerKnob } from "../settings.ts";

/** A knob that the engine no longer has in the version that the study is for. */
export const knobRemoved: Rule = {
  code: "knob-removed",
  severity: "error",
  eachSystem: true,
  check: ({ study, catalogue, settings }) =>
    oncePerKnob(settings).flatMap(({ knob, pointer, elsewhere }) => {
      const definition = catalogue.find(knob)?.definition;
      if (definition === undefined || availability(definition, study.version) !== "removed") return [];
      const message = `${engineWithVersion(study)} no longer has \`${knob}\`${elsewhere}: removed in ${definition.until}`;
      const hint =
        definition.replacement === undefined
          ? 'nothing replaced it: take it out, or keep the row with `skip: "reason"`'
          : `instead of it: ${definition.replacement}`;
      return [{ pointer, aim: "key" as const, message, hint }];
    }),
};
