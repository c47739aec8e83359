import { compareVersions } from "../../schema/version.ts";
import type { Engine } from "../../schema/engine.ts";
import { memberOf } from "../../schema/json.ts";
import { nameInScope } from "../../schema/knob-scopes.ts";
import { sutOf } from "../../schema/sut.ts";
import { engineWithVersion } from "../engine/knob-catalogue.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { placeOfValue } from "../settings.ts";

/** A version of the engine whose command line lacks what every launch gets: it would end at once. Once for each version. */
export const flagNotYet: Rule = {
  code: "flag-not-yet",
  severity: "error",
  check({ study, expansion, settings }) {
    const found = new Map<string, RuleFinding>();
    // Where no row says what is launched, all launch the same.
    const differ = settings.some(({ knob }) => nameInScope(knob, "sut") !== null);
    for (const { assignment, skip } of differ ? expansion.rows : expansion.rows.slice(0, 1)) {
      if (skip !== undefined) continue;
      const { engine, version } = sutOf(study, assignment);
      const name = engineWithVersion({ engine, version });
      if (version === null || found.has(name)) continue;
      const missing = missingFlags(engine, version);
      if (missing.length === 0) continue;
      const message = `${name} does not take what sut/${engine.name}.yaml passes at every launch: ${missing.join(", ")}`;
      const hint = `write an engine file of your own, sut/${engine.name}-${version}.yaml: \`extends: ${engine.name}\`, \`version: ${version}\`, and \`always: […]\` with what that version takes`;
      const pointer = placeOfValue(settings, "sut.version", version) ?? "/sut/version";
      found.set(name, { pointer, aim: "value", message, hint });
    }
    return [...found.values()];
  },
};

function missingFlags({ always, flagsSince }: Engine, version: string): string[] {
  return [...new Set(always)].flatMap((flag) => {
    const since = memberOf(flagsSince, flag);
    return since !== undefined && compareVersions(version, since) < 0 ? [`${flag} (since ${since})`] : [];
  });
}
