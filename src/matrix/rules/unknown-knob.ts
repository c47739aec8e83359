import { engineWithVersion } from "../engine/knob-catalogue.ts";
import { isClientKnob, nameInScope } from "../../schema/knob-scopes.ts";
import { meant } from "../yaml/nearest.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";

/**
 * A name that no table has. Where `--sut` put another engine in the matrix's place it is a warning: that engine may well lack
 * a knob that the matrix's own has, and the rows that set it are SKIPPED.
 */
export const unknownKnob: Rule = {
  code: "unknown-knob",
  severity: "error",
  check: (context) =>
    context.settings
      .filter(({ knob, where }) => context.catalogue.find(knob) === null && (where !== "sweep" || isClientKnob(knob)))
      .map(({ knob, pointer }) => ({ pointer, aim: "key", ...wording(context, knob) })),
};

function wording({ study, catalogue }: LintContext, knob: string): Omit<RuleFinding, "pointer" | "aim"> {
  if (nameInScope(knob, "env") !== null) {
    const hint = "write env.NAME: letters, digits and _, no digit first";
    return { message: `\`${knob}\` names no environment variable`, hint };
  }
  const near = meant(knob, catalogue.namesLike(knob));
  if (isClientKnob(knob)) return { message: `the client has no knob \`${knob}\``, hint: near };
  const message = `${engineWithVersion(study)} has no knob \`${knob}\``;
  if (study.engine.name === study.declaredEngine) {
    return { message, hint: `${near}${near.endsWith("?") ? " If not, pass" : "; or pass"} its flag in sut.extra_args` };
  }
  return { message: `${message}: the rows that set it are SKIPPED`, hint: near, severity: "warning" };
}
