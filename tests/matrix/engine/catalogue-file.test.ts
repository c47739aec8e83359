import { describe, expect, it } from "vitest";
import { makeCatalogue, type CatalogueInputs } from "../../../src/matrix/engine/catalogue-file.ts";

const inputs: CatalogueInputs = {
  version: "2.0.0",
  help: "options:\n  --speed SPEED\n  --extra-config EXTRA\n  --port PORT\n",
  variables:
    'environment = {\n    "POCKET_NEW": lambda: 1,\n    "POCKET_BACK": lambda: 2,\n    "HOME": lambda: 3,\n}\n',
  hand: {
    ask: { help: ["--help"], version: ["--version"] },
    seen: "1.0.0",
    extends: "pocket-variables",
    not_knobs: { port: "Ceteris takes a free one" },
    knobs: { speed: { type: "int" }, extra_config: { type: "json", members: { depth: { type: "int" } } } },
  },
  known: {
    prefix: "POCKET_",
    because: "it stops",
    names: { POCKET_OLD: { until: "1.5.0" }, POCKET_MAYBE: { until: "3.0.0" }, POCKET_BACK: { until: "1.0.0" } },
  },
  fields: new Map(),
  provenance: { options: "`pocket --help` of 2.0.0" },
};

describe("makeCatalogue", () => {
  const { file, overruled } = makeCatalogue(inputs);

  it("is an engine file of one version, which says what it was made from", () => {
    expect(file).toMatchObject({
      extends: "pocket-variables",
      version: "2.0.0",
      provenance: { options: "`pocket --help` of 2.0.0" },
      not_knobs: { port: "Ceteris takes a free one" },
      knobs: { speed: { flag: "--speed", type: "int" } },
    });
    expect(file.knobs).not.toHaveProperty("port");
  });

  it("has members of JSON knobs only for the version in which they were looked up", () => {
    expect(file.knobs?.["extra_config"]).not.toHaveProperty("members");
    const seen = makeCatalogue({ ...inputs, version: "1.0.0" });
    expect(seen.knobs["extra_config"]).toMatchObject({ members: { depth: { type: "int" } } });
  });

  it("has the variables that this version reads, and ends those that it does not", () => {
    expect(file.own_variables).toEqual({
      names: { POCKET_BACK: {}, POCKET_MAYBE: { until: "2.0.0" }, POCKET_NEW: {} },
    });
    expect(overruled).toEqual(["POCKET_BACK: gone in 1.0.0 by hand, and 2.0.0 reads it"]);
  });

  it("says nothing of variables where their source could not be had", () => {
    const without = makeCatalogue({ ...inputs, variables: null }).file;
    expect(without).not.toHaveProperty("own_variables");
    expect(without).not.toHaveProperty("extends");
  });
});
