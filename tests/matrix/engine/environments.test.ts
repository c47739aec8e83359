import { describe, expect, it } from "vitest";
import { expandStudy } from "../../../src/design/index.ts";
import { sutOf } from "../../../src/schema/sut.ts";
import { diagnose, load, matrix } from "../study-fixture.ts";

const there = "{ kind: path, executable: /opt/pocket-33/bin/pocket }";
const duel = (b: string, a = "") => `{ kind: duel, ${a}b: { id: b, set: { ${b} } } }`;

function loaded(
  parts: Parameters<typeof matrix>[0],
  more: Record<string, string> = {},
  overrides: { sut?: string } = {},
) {
  const files = { "matrices/a.yaml": matrix(parts), ...more };
  const { study, diagnostics } = load(files, overrides);
  const { experiments } = expandStudy(study!);
  return {
    study: study!,
    experiments,
    errors: [...diagnostics, ...diagnose(files, { overrides })].filter(({ severity }) => severity === "error"),
    suts: experiments.map(({ knobs }) => sutOf(study!, knobs)),
  };
}

describe("sut.environment", () => {
  it("lets two versions of one engine be a duel of two programs, one change, with ids by the version alone", () => {
    const { errors, suts, experiments } = loaded({
      design: duel(`sut.version: 0.33.0, sut.environment: ${there}`),
    });
    expect(errors).toEqual([]);
    expect(suts.map(({ engine, version }) => [engine.name, engine.environment, version])).toEqual([
      ["pocket", { kind: "path", executable: "pocket" }, "0.32.0"],
      ["pocket", { kind: "path", executable: "/opt/pocket-33/bin/pocket" }, "0.33.0"],
    ]);
    const [, plain] = loaded({ design: duel("sut.version: 0.33.0") }).experiments;
    expect(experiments[1]!.id).toBe(plain!.id);
  });

  it("takes the environment, lock and version of an engine file by its name", () => {
    const files = {
      "sut/newer.yaml":
        "extends: pocket\nversion: 0.33.0\nenvironment: { kind: uv, name: pocket, requirements: newer.txt, executable: bin/pocket }\n",
      "sut/newer.txt": "pocket==0.33.0\n",
    };
    const { errors, suts, experiments } = loaded({ design: duel("sut.environment: newer") }, files);
    expect(errors).toEqual([]);
    expect(suts[1]).toMatchObject({ version: "0.33.0", engine: { name: "pocket", environment: { kind: "uv" } } });
    expect(experiments[1]!.identity.configuration).toMatchObject({
      engine: "pocket",
      version: "0.33.0",
      environment_lock: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it("is the study's own, a system's or an axis's as well", () => {
    const own = loaded({ sut: `{ engine: pocket, model: m, version: 0.33.0, environment: ${there} }` });
    expect(own.errors).toEqual([]);
    expect(own.study.engine.environment).toMatchObject({ executable: "/opt/pocket-33/bin/pocket" });
    const systems = `systems: [{ id: one }, { id: two, version: 0.33.0, environment: ${there} }]\n`;
    const [one, , two] = loaded({ more: systems }).suts;
    expect([one, two].map((sut) => sut!.engine.environment)).toEqual([
      { kind: "path", executable: "pocket" },
      { kind: "path", executable: "/opt/pocket-33/bin/pocket" },
    ]);
    const images = loaded({
      design:
        "{ kind: combination, factors: { sut.environment: [{ kind: docker, image: pocket:1, executable: pocket }, { kind: docker, image: pocket:2, executable: pocket }] } }",
    });
    expect(images.errors).toEqual([]);
    expect(new Set(images.experiments.map(({ configurationId }) => configurationId)).size).toBe(3);
  });

  it("is not enough where nothing that an id covers differs", () => {
    const { errors } = loaded({ design: duel(`sut.environment: ${there}`) });
    expect(errors).toMatchObject([
      {
        code: "duplicate-experiment",
        message:
          "row `b` is the same experiment as `baseline`: they differ in `sut.environment` alone, and an id covers no path, address or device of a machine",
      },
    ]);
  });

  it("of another shape, or of an engine file that is not there, is an error", () => {
    expect(loaded({ design: duel("sut.environment: { kind: path }, sut.version: 0.33.0") }).errors).toMatchObject([
      { code: "workload-member" },
    ]);
    const { errors } = loaded({ design: duel("sut.environment: nowhere, sut.version: 0.33.0") });
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["unknown-engine"]));
    const [ofKind] = loaded({ design: duel("sut.environment: docker, sut.version: 0.33.0") }).errors;
    expect(ofKind).toMatchObject({
      message: "`docker` is a kind of environment, not the name of an engine file",
      hint: "write `{ kind: docker, image: …, executable: … }`",
    });
  });

  it("has no part where --sut put another engine in its place", () => {
    const { suts } = loaded(
      { design: duel(`sut.version: 0.33.0, sut.environment: ${there}`) },
      {},
      { sut: "pocket-cpu" },
    );
    expect(suts.map(({ engine }) => engine.name)).toEqual(["pocket-cpu", "pocket-cpu"]);
    expect(suts[1]!.engine).toBe(suts[0]!.engine);
  });
});
