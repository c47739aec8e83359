import { isRefusedByServer } from "./server-runs-already.ts";
import { engineWithVersion } from "../engine/knob-catalogue.ts";
import { isClientKnob, nameInScope, wholeKnob } from "../../schema/knob-scopes.ts";
import { engineIsReplaced } from "../../schema/sut.ts";
import { memberOf } from "../../schema/json.ts";
import { adviceOnSetting } from "../yaml/advice.ts";
import { meant, nearest, plainWord } from "../yaml/nearest.ts";
import { nameOf } from "../row-groups.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";
import { oncePerKnob, type Setting } from "../settings.ts";

/**
 * A name that no table has. Where `--sut` put another engine in the matrix's place it is a warning: that engine may well lack
 * a knob that the matrix's own has, and the rows that set it are SKIPPED.
 */
export const unknownKnob: Rule = {
  code: "unknown-knob",
  severity: "error",
  eachSystem: true,
  check: (context) =>
    oncePerKnob(context.settings.filter((setting) => !isTakenBack(context, setting)))
      .filter(({ knob }) => context.catalogue.find(knob) === null && !isRefusedByServer(context, knob))
      .map(({ knob, pointer, elsewhere }) => {
        const { message, ...said } = wording(context, knob);
        return { pointer, aim: "key", message: `${message}${elsewhere}`, ...said };
      }),
};

function wording(context: LintContext, knob: string): Omit<RuleFinding, "pointer" | "aim"> {
  const { study, catalogue } = context;
  if (nameInScope(knob, "env") !== null) {
    const hint = "write env.NAME: letters, digits and _, no digit first";
    return { message: `\`${knob}\` names no environment variable`, hint };
  }
  const isOwn = !engineIsReplaced(study);
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
  if (isOwn && isOfAnother(study, knob)) return { message: `${lacks}, and ${runsOnIt(context)}`, hint: ownKnobs(knob) };
  if (isClientKnob(knob) || isOwn) return { message: lacks, hint };
  return { message: `${lacks}: the rows that set it are SKIPPED`, hint, severity: "warning" };
}

/** True where a row takes back what another engine of the matrix has. */
function isTakenBack({ study }: LintContext, { knob, values }: Setting): boolean {
  return isOfAnother(study, knob) && values.every(({ value }) => value === null);
}

/** True of a knob that another engine of the matrix has. */
function isOfAnother({ engines }: LintContext["study"], knob: string): boolean {
  return [...engines.values()].some(({ knobs }) => Object.hasOwn(knobs, wholeKnob(knob)));
}

function runsOnIt({ expansion }: LintContext): string {
  const [first, ...others] = new Set(expansion.rows.map((row) => nameOf(row)));
  return others.length === 0 ? `row \`${first}\` runs on it` : `row \`${first}\` and ${others.length} more run on it`;
}

function ownKnobs(knob: string): string {
  return `take it back there with \`${knob}: null\`, or, in a duel, give that side \`knobs:\` of its own in the place of the baseline's`;
}

/** Without a name that is near: where the names are, since nobody reads hundreds of them in a message. */
function nearOrElsewhere({ engine }: LintContext["study"], near: string | null): string {
  if (near !== null) return `did you mean \`${near}\`? If not, pass its flag in \`sut.extra_args\``;
  return `its knobs are listed in sut/${engine.name}.yaml and what that extends (vLLM's in docs/knobs.md); pass the flag of another option in \`sut.extra_args\``;
}
