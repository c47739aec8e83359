import { isRefusedByServer } from "./server-runs-already.ts";
import { engineWithVersion } from "../engine/knob-catalogue.ts";
import { isClientKnob, nameInScope } from "../../schema/knob-scopes.ts";
import { memberOf } from "../../schema/json.ts";
import { adviceOnSetting } from "../yaml/advice.ts";
import { meant, nearest } from "../yaml/nearest.ts";
import { plainWord } from "../yaml/other-words.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";
import { oncePerKnob } from "../settings.ts";

/**
 * A name that no table has. Where `--sut` put another engine in the matrix's place it is a warning: that engine may well lack
 * a knob that the matrix's own has, and the rows that set it are SKIPPED.
 */
export const unknownKnob: Rule = {
  code: "unknown-knob",
  severity: "error",
  check: (context) =>
    oncePerKnob(context.settings)
      .filter(({ knob }) => context.catalogue.find(knob) === null && !isRefusedByServer(context, knob))
      .map(({ knob, pointer, elsewhere }) => {
        const { message, ...said } = wording(context, knob);
        return { pointer, aim: "key", message: `${message}${elsewhere}`, ...said };
      }),
};

function wording({ study, catalogue }: LintContext, knob: string): Omit<RuleFinding, "pointer" | "aim"> {
  if (nameInScope(knob, "env") !== null) {
    const hint = "write env.NAME: letters, digits and _, no digit first";
    return { message: `\`${knob}\` names no environment variable`, hint };
  }
  const isOwn = study.engine.name === study.declaredEngine;
  const setByUs = memberOf(study.engine.notKnobs, plainWord(knob));
  const near = nearest(knob, catalogue.namesLike(knob));
  const isSpelling = near !== null && plainWord(near) === plainWord(knob);
  if (isSpelling) return { message: `\`${knob}\` is not how it is spelled in a matrix`, hint: `write \`${near}\`` };
  const advice = adviceOnSetting(knob, (setting) => catalogue.find(setting) !== null);
  if (advice?.message != null) return { message: advice.message, hint: advice.hint };
  if (setByUs !== undefined)
    return { message: `\`${knob}\` is no knob, Ceteris sets it: ${setByUs}`, hint: "take it out" };
  const lacks = isClientKnob(knob)
    ? `the client has no knob \`${knob}\``
    : `${engineWithVersion(study)} has no knob \`${knob}\``;
  const hint =
    advice?.hint ?? (isClientKnob(knob) ? meant(knob, catalogue.namesLike(knob)) : nearOrElsewhere(study, near));
  if (isClientKnob(knob) || isOwn) return { message: lacks, hint };
  return { message: `${lacks}: the rows that set it are SKIPPED`, hint, severity: "warning" };
}

/** Without a name that is near: where the names are, since nobody reads hundreds of them in a message. */
function nearOrElsewhere({ engine }: LintContext["study"], near: string | null): string {
  if (near !== null) return `did you mean \`${near}\`? If not, pass its flag in \`sut.extra_args\``;
  return `its knobs are listed in sut/${engine.name}.yaml and what that extends (vLLM's in docs/knobs.md); pass the flag of another option in \`sut.extra_args\``;
}
