import { compareVersions } from "../../schema/version.ts";
import { nameInScope } from "../../schema/knob-scopes.ts";
import { memberOf } from "../../schema/json.ts";
import { availability, engineWithVersion } from "../engine/knob-catalogue.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";
import { oncePerKnob } from "../settings.ts";
import { nearest } from "../yaml/nearest.ts";

/** A variable with the engine's own prefix that the engine does not know in this version. For another version than the list is of, a name that is not in it is a warning. */
export const unknownVariable: Rule = {
  code: "unknown-variable",
  severity: "error",
  eachSystem: true,
  check: ({ study, settings }) =>
    oncePerKnob(settings).flatMap(({ knob, pointer, elsewhere }): RuleFinding[] => {
      const name = nameInScope(knob, "env");
      if (name === null) return [];
      const said = setByUs(study, name) ?? wordingOf(study, name);
      return said === null ? [] : [{ pointer, aim: "key", ...said, message: `${said.message}${elsewhere}` }];
    }),
};

/** The variable that chooses the GPUs: it is not refused, and nobody would know how many there are. */
function setByUs({ engine }: LintContext["study"], name: string): Omit<RuleFinding, "pointer" | "aim"> | null {
  if (name !== engine.devicesVariable) return null;
  const message = `${name} chooses the GPUs, and Ceteris sets it from \`sut.devices\``;
  return { message, hint: "write `sut.devices`, so that the number of GPUs is known", severity: "warning" };
}

function wordingOf(study: LintContext["study"], name: string): Omit<RuleFinding, "pointer" | "aim"> | null {
  const { ownVariables, catalogue, version: own } = study.engine;
  const listed = catalogue?.version ?? own;
  if (ownVariables === null || !name.startsWith(ownVariables.prefix)) return null;
  const engine = engineWithVersion(study);
  const known = memberOf(ownVariables.names, name);
  if (known === undefined) {
    const near = nearest(name, Object.keys(ownVariables.names));
    return {
      message: `${engine} does not know the variable ${name}: ${ownVariables.because}`,
      hint: near === null ? "take it out" : `did you mean ${near}? If not, take it out`,
      ...(study.version !== null && listed !== null && compareVersions(study.version, listed) === 0
        ? {}
        : { severity: "warning" as const }),
    };
  }
  const { since, replacement = "take it out" } = known;
  const missing = availability(known, study.version);
  if (missing === null) return null;
  const what =
    missing === "removed"
      ? `no longer has the variable ${name}`
      : `does not have the variable ${name} yet: it came in ${since}`;
  return { message: `${engine} ${what}: ${ownVariables.because}`, hint: replacement };
}
