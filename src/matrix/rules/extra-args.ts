import { runsAlready } from "../../schema/engine.ts";
import { memberOf } from "../../schema/json.ts";
import { placeOfSut } from "../sut-places.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { plainWord } from "../yaml/nearest.ts";

/** Arguments that are passed as they are. One that a knob stands for is refused: as a knob it is checked and compared. */
export const extraArgs: Rule = {
  code: "extra-args",
  severity: "warning",
  eachSystem: true,
  check({ study }) {
    if (runsAlready(study.engine)) return []; // `server-runs-already` says it
    const knobOfFlag = new Map<string, string>();
    for (const [name, { flag, negation }] of Object.entries(study.engine.knobs)) {
      for (const option of [flag, negation]) if (option !== undefined) knobOfFlag.set(option, name);
    }
    const place = placeOfSut(study, "extra_args", study.extraArgs);
    let understood = true;
    const found = study.extraArgs.flatMap((argument, index): RuleFinding[] => {
      const [flag = ""] = argument.split("=");
      const setByUs = flag.startsWith("--") ? memberOf(study.engine.notKnobs, plainWord(flag)) : undefined;
      if (setByUs !== undefined) {
        const message = `\`${flag}\` is no option of a matrix, Ceteris sets it: ${setByUs}`;
        return [{ pointer: `${place}/${index}`, aim: "value", message, hint: "take it out", severity: "error" }];
      }
      const knob = knobOfFlag.get(flag);
      if (knob === undefined) {
        understood &&= !argument.startsWith("-");
        return [];
      }
      const message = `\`${argument}\` is the knob \`${knob}\``;
      const hint = `set \`${knob}\` in baseline.knobs or in a row, so that it is checked and compared`;
      return [{ pointer: `${place}/${index}`, aim: "value", message, hint, severity: "error" }];
    });
    if (understood) return found;
    const message = "extra arguments are hashed and shown, but not understood: nothing checks them against the engine";
    const hint = "use a knob where there is one; `ceteris plan` shows the command line";
    return [...found, { pointer: place, aim: "key", message, hint }];
  },
};
