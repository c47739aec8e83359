const catalogue = (version: string, knobs: string, more = "") =>
  `version: ${version}\nprovenance: { options: help of ${version}${more} }\nknobs: ${knobs}\n`;

/** An engine of two versions, each with options of its own, by path from the study's folder. */
export const catalogues: Record<string, string> = {
  "sut/many.yaml": `format: ceteris.engine/1
extends: many-{version}-knobs
version: 2.0.0
title: Many
environment: { kind: path, executable: many }
command: ["{executable}", "{model}", "{port}"]
knobs: { late: { short: lt } }
`,
  "sut/mine.yaml": "extends: many\nversion: 1.0.0\n",
  "sut/many-1.0.0-knobs.yaml": catalogue(
    "1.0.0",
    "{ early: { flag: --early, type: int }, both: { flag: --both, type: int, default: 1 } }",
  ),
  "sut/many-2.0.0-knobs.yaml": catalogue(
    "2.0.0",
    "{ late: { flag: --late, type: int }, both: { flag: --both, type: int, default: 2 } }",
    ", resolved: a launch",
  ),
};
