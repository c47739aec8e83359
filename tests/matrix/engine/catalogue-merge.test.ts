import { describe, expect, it } from "vitest";
import { fieldsOf, mergeCatalogue } from "../../../src/matrix/engine/catalogue-merge.ts";
import { parseHelp } from "../../../src/matrix/engine/help-text.ts";

describe("mergeCatalogue", () => {
  const [option] = parseHelp("options:\n  --speed {slow,fast}   How fast. (default: slow)\n");
  if (!option) throw new Error("the help has one option");
  const merge = (knob: object) =>
    mergeCatalogue("2.0.0", [option], new Map(), { not_knobs: {}, knobs: { speed: knob } });

  it("lets the engine win, and says so", () => {
    const { knobs: merged, overruled: denied } = merge({
      values: ["slow"],
      default: "fast",
      type: "int",
      until: "1.5.0",
    });
    expect(merged["speed"]).toMatchObject({ type: "choice", values: ["slow", "fast"], default: "slow" });
    expect(merged["speed"]).not.toHaveProperty("until");
    expect(denied.map((line) => line.split(":")[0])).toEqual([
      "speed.until",
      "speed.type",
      "speed.values",
      "speed.default",
    ]);
  });

  it("takes from the hand table what the engine does not say", () => {
    expect(merge({ min: 1, until: "3.0.0", help: "Ours." }).knobs["speed"]).toMatchObject({
      min: 1,
      until: "3.0.0",
      help: "Ours.",
    });
  });

  it("keeps a knob that is gone, and leaves out what this version has not", () => {
    const { knobs: merged, missing } = mergeCatalogue("2.0.0", [], new Map(), {
      not_knobs: { port: "ours" },
      knobs: { old_one: { type: "int", until: "1.0.0" }, never: { type: "int" } },
    });
    expect(merged).toEqual({ old_one: { flag: "--old-one", type: "int", until: "1.0.0" } });
    expect(missing).toEqual(["port", "never"]);
  });
});

it("takes names of resolved values from the catalogue of another version, and types behind bare placeholders", () => {
  const fields = fieldsOf({ share: { type: "float", resolved: "cache.share" }, name: { type: "string" } });
  expect([...fields]).toEqual([["share", { path: "cache.share", type: "float" }]]);
  const options = parseHelp("options:\n  --share SHARE\n");
  const { knobs } = mergeCatalogue("2.0.0", options, fields, { not_knobs: {}, knobs: {} });
  expect(knobs["share"]).toEqual({ flag: "--share", type: "float", resolved: "cache.share", group: "options" });
});
