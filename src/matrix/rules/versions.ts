import type { Engine } from "../../schema/engine.ts";
import { memberOf } from "../../schema/json.ts";
import type { KnobDefinition } from "../../schema/knob-definition.ts";
import { nameInScope } from "../../schema/knob.ts";
import type { Study } from "../../schema/study.ts";
import { sutOf } from "../../schema/sut.ts";
import { compareVersions, isVersion } from "../../schema/version.ts";
import { availability, engineWithVersion } from "../engine/knob-catalogue.ts";
import type { Rule, RuleFinding, RuleTable } from "../rule.ts";
import { isOnlyTakenBack, oncePerKnob, placeOfValue, placeOfVersion } from "../settings.ts";

export const versionsRules: RuleTable = {
  /** A version that no release has, of an engine whose options are known by their version. */
  "bad-name": {
    severity: "error",
    eachSystem: true,
    check({ study }) {
      const { engine, version } = study;
      if (version === null || version === engine.version || isVersion(version)) return [];
      if (engine.catalogue === null && Object.keys(engine.flagsSince).length === 0) return [];
      const known = engine.catalogue?.versions ?? [engine.version ?? []].flat();
      const message = `\`${version}\` is not a version of ${engine.name}`;
      const hint = `write the number that the program prints for \`--version\`${known.length === 0 ? "" : `, such as ${known.join(", ")}`}; a name that moves does not say what is measured`;
      return [{ pointer: placeOfVersion(study), aim: "value", message, hint }];
    },
  },
  /** A knob that came only after the version that the study is for. */
  "knob-not-yet": unavailable("not yet", (study, { since, replacement }, knob) => ({
    message: `${engineWithVersion(study)} does not have ${knob} yet: it came in ${since}`,
    hint: `use ${since} or later${replacement === undefined ? "" : `, or: ${replacement}`}`,
  })),

  /** A knob that the engine no longer has in the version that the study is for. */
  "knob-removed": unavailable("removed", (study, { until, replacement }, knob) => ({
    message: `${engineWithVersion(study)} no longer has ${knob}: removed in ${until}`,
    hint:
      replacement === undefined
        ? 'nothing replaced it: take it out, or keep the row with `skip: "reason"`'
        : `instead of it: ${replacement}`,
  })),

  /** A version of the engine whose command line lacks what every launch gets: it would end at once. Once for each version. */
  "flag-not-yet": {
    severity: "error",
    check({ study, expansion, settings }) {
      const found = new Map<string, RuleFinding>();
      // Where no row says what is launched, all launch the same.
      const differ = settings.some(({ knob }) => nameInScope(knob, "sut") !== null);
      for (const { assignment, skip } of differ ? expansion.rows : expansion.rows.slice(0, 1)) {
        if (skip !== undefined) continue;
        const { engine, version } = sutOf(study, assignment);
        const name = engineWithVersion({ engine, version });
        if (version === null || !(isVersion(version) || version === engine.version) || found.has(name)) continue;
        const missing = missingFlags(engine, version);
        if (missing.length === 0) continue;
        const message = `${name} does not take what sut/${engine.name}.yaml passes at every launch: ${missing.join(", ")}`;
        const hint = `write an engine file of your own, sut/${engine.name}-${version}.yaml: \`extends: ${engine.name}\`, \`version: ${version}\`, and \`always: […]\` with what that version takes`;
        const pointer = placeOfValue(settings, "sut.version", version) ?? "/sut/version";
        found.set(name, { pointer, aim: "value", message, hint });
      }
      return [...found.values()];
    },
  },
  /** A catalogue of what a version's help says, which no launch of that version has borne out yet. */
  "catalogue-unseen": {
    severity: "info",
    eachSystem: true,
    check({ study }) {
      const { engine, version } = study;
      const { catalogue } = engine;
      if (catalogue === null || catalogue.isSeen || version === null) return [];
      if (compareVersions(version, catalogue.version) !== 0) return [];
      const message = `the catalogue of ${engineWithVersion(study)} was made from its help, and no launch has shown the rest: names of resolved values, couplings, and defaults that the help leaves out are those of another version`;
      const hint =
        "a value that is not found under its name is reported as not verifiable; what a knob moves is in the report's collateral";
      return [{ pointer: placeOfVersion(study), aim: "value", message, hint }];
    },
  },
  /** A version that no catalogue is of: its knobs are checked against those of another. */
  "no-catalogue": {
    severity: "warning",
    eachSystem: true,
    check({ study }) {
      const { engine, version } = study;
      const { catalogue } = engine;
      if (catalogue === null || version === null || compareVersions(version, catalogue.version) === 0) return [];
      if (version !== engine.version && !isVersion(version)) return []; // `bad-name` says it
      const message = `there is no catalogue of ${engineWithVersion(study)}: its knobs are checked against those of ${catalogue.version}`;
      const hint = `there are catalogues of ${catalogue.versions.join(", ")}; where ${version} is installed, \`ceteris catalogue ${engine.name}\` makes one`;
      return [{ pointer: placeOfVersion(study), aim: "value", message, hint }];
    },
  },
};

/** Once for each knob that is set and stands so in the study's version. */
function unavailable(
  which: ReturnType<typeof availability>,
  saysOf: (
    study: Study,
    definition: Pick<KnobDefinition, "since" | "until" | "replacement">,
    knob: string,
  ) => Pick<RuleFinding, "message" | "hint">,
): Rule {
  return {
    severity: "error",
    eachSystem: true,
    check: ({ study, catalogue, settings }) =>
      oncePerKnob(settings).flatMap(({ knob, pointer, elsewhere }): RuleFinding[] => {
        const definition = catalogue.find(knob)?.definition;
        if (definition === undefined || availability(definition, study.version) !== which) return [];
        if (isOnlyTakenBack(settings, knob)) return [];
        return [{ pointer, aim: "key", ...saysOf(study, definition, `\`${knob}\`${elsewhere}`) }];
      }),
  };
}

function missingFlags({ always, flagsSince }: Engine, version: string): string[] {
  return [...new Set(always)].flatMap((flag) => {
    const since = memberOf(flagsSince, flag);
    return since !== undefined && compareVersions(version, since) < 0 ? [`${flag} (since ${since})`] : [];
  });
}
