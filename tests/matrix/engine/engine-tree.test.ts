import { describe, expect, it } from "vitest";
import { versionKey } from "../../../src/schema/engine.ts";
import { sutOf } from "../../../src/schema/sut.ts";
import { loadEngine } from "../../../src/matrix/index.ts";
import { load, matrix } from "../study-fixture.ts";
import { catalogues } from "../../support/versioned-engine.ts";

const read = (path: string): string | null => catalogues[path.replace("/study/", "")] ?? null;
const engineOf = (name: string, version?: string) => {
  const { engine, diagnostics } = loadEngine({
    name,
    read,
    sutFolders: ["/study/sut"],
    ...(version === undefined ? {} : { version }),
  });
  expect(diagnostics).toEqual([]);
  return engine;
};

describe("extends: with {version}", () => {
  it("takes the catalogue of the version that is wanted, else that of the file", () => {
    expect(engineOf("many")?.knobs).toHaveProperty("late");
    expect(engineOf("many")?.catalogue).toMatchObject({ name: "many", version: "2.0.0", isSeen: true });
    expect(engineOf("many", "1.0.0")?.knobs).toHaveProperty("early");
    expect(engineOf("many", "1.0.0")?.catalogue).toMatchObject({ version: "1.0.0", isSeen: false });
    expect(engineOf("many", "v1.0.0+cpu")?.catalogue?.version).toBe("1.0.0");
  });

  it("takes the version of a file that extends it", () => {
    expect(engineOf("mine")?.catalogue?.version).toBe("1.0.0");
    expect(engineOf("mine", "2.0.0")?.catalogue?.version).toBe("2.0.0");
  });

  it("falls back to the file's own where there is none of that version", () => {
    expect(engineOf("many", "1.7.0")?.catalogue?.version).toBe("2.0.0");
  });

  it("leaves out a knob that an engine file speaks of and the version lacks", () => {
    expect(engineOf("many")?.knobs["late"]).toMatchObject({ flag: "--late", short: "lt" });
    expect(engineOf("many", "1.0.0")?.knobs).not.toHaveProperty("late");
  });
});

describe("sut.version", () => {
  const study = (sut: string, design = "{ kind: isolation, changes: [] }") =>
    load({ ...catalogues, "matrices/a.yaml": matrix({ sut, baseline: "{}", design }) }).study!;

  it("gives the study the catalogue of its version", () => {
    const { engine, engines, version } = study("{ engine: many, version: 1.0.0, model: m }");
    expect([version, engine.catalogue?.version, [...engines.keys()]]).toEqual(["1.0.0", "1.0.0", ["many"]]);
  });

  it("gives each row the catalogue of its version, wherever that engine is", () => {
    const at = "sut.environment: { kind: path, executable: /opt/one }";
    const one = study(
      "{ engine: many, model: m }",
      `{ kind: duel, a: { id: a, set: { sut.version: 1.0.0, ${at} } }, b: { id: b, set: { sut.version: 2.0.0 } } }`,
    );
    expect([...one.engines.keys()]).toEqual(["many", versionKey("many", "1.0.0")]);
    const [old, late] = ["1.0.0", "2.0.0"].map((version) => sutOf(one, { "sut.version": version }));
    expect([old?.engine.catalogue?.version, late?.engine.catalogue?.version]).toEqual(["1.0.0", "2.0.0"]);
    const moved = sutOf(one, {
      "sut.version": "1.0.0",
      "sut.environment": { kind: "path", executable: "/opt/one" },
    });
    expect(moved.engine).toMatchObject({ name: "many", environment: { executable: "/opt/one" } });
    expect(moved.engine.knobs).toHaveProperty("early");
    expect(sutOf(one, { "sut.version": "1.0.0" }).engine).toBe(old?.engine);
  });

  it("keeps extra arguments where only the version is another", () => {
    const one = study(
      "{ engine: many, model: m, extra_args: [--x] }",
      "{ kind: combination, factors: { sut.version: [1.0.0, 2.0.0] } }",
    );
    expect(sutOf(one, { "sut.version": "1.0.0" }).extraArgs).toEqual(["--x"]);
  });
});
