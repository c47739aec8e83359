import { isClientKnob } from "../../schema/knob-scopes.ts";
import type { Rule } from "../rule.ts";

/** A sweep crosses every row under one configuration of the engine: it takes what the client decides. */
export const sweepOfEngineKnob: Rule = {
  code: "sweep-of-engine-knob",
  severity: "error",
  check: ({ settings, catalogue }) =>
    settings
      .filter(({ knob, where }) => where === "sweep" && !isClientKnob(knob) && catalogue.find(knob) !== null)
      .map(({ knob, pointer }) => {
        const message = `a sweep takes settings of the workload, and \`${knob}\` is the engine's`;
        const hint =
          "sweep `load.…`, `dataset.…`, `arrivals.…` or `sampling.…`; make the engine's knob a row, or a factor of a combination";
        return { pointer, aim: "key", message, hint };
      }),
};
