import { availability, engineWithVersion } from "../engine/knob-catalogue.ts";
import type { Rule } from "../rule.ts";
import { oncePerKnob } from "../settings.ts";

/** A knob that came only after the version that the study is for. */
export const knobNotYet: Rule = {
  code: "knob-not-yet",
  severity: "error",
  eachSystem: true,
  check: ({ study, catalogue, settings }) =>
    oncePerKnob(settings).flatMap(({ knob, pointer, elsewhere }) => {
      const definition = catalogue.find(knob)?.definition;
      if (definition === undefined || availability(definition, study.version) !== "not yet") return [];
      const message = `${engineWithVersion(study)} does not have \`${knob}\`${elsewhere} yet: it came in ${definition.since}`;
      const instead = definition.replacement === undefined ? "" : `, or: ${definition.replacement}`;
      return [{ pointer, aim: "key" as const, message, hint: `use ${definition.since} or later${instead}` }];
    }),
};
