import { compareVersions } from "../../schema/version.ts";
import { engineWithVersion } from "../engine/knob-catalogue.ts";
import type { Rule } from "../rule.ts";
import { placeOfVersion } from "../sut-places.ts";

/** A catalogue of what a version's help says, which no launch of that version has borne out yet. */
export const catalogueUnseen: Rule = {
  code: "catalogue-unseen",
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
};
