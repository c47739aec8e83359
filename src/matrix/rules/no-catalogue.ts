import { compareVersions } from "../../schema/version.ts";
import { engineWithVersion } from "../engine/knob-catalogue.ts";
import type { Rule } from "../rule.ts";
import { placeOfVersion } from "../sut-places.ts";

/** A version that no catalogue is of: its knobs are checked against those of another. */
export const noCatalogue: Rule = {
  code: "no-catalogue",
  severity: "warning",
  eachSystem: true,
  check({ study }) {
    const { engine, version } = study;
    const { catalogue } = engine;
    if (catalogue === null || version === null || compareVersions(version, catalogue.version) === 0) return [];
    const message = `there is no catalogue of ${engineWithVersion(study)}: its knobs are checked against those of ${catalogue.version}`;
    const hint = `there are catalogues of ${catalogue.versions.join(", ")}; where ${version} is installed, \`ceteris catalogue ${engine.name}\` makes one`;
    return [{ pointer: placeOfVersion(study), aim: "value", message, hint }];
  },
};
