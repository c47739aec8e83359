import { describe, expect, it } from "vitest";
import { catalogues } from "../../support/versioned-engine.ts";
import { diagnose, found, matrix, stacked } from "../study-fixture.ts";

describe("knob-not-yet", () => {
  const code = "knob-not-yet";

  const design = stacked("{ id: a, set: { kv_offloading_size: 8 } }");

  it("names the version that brought it", () => {
    const [one] = found(code, { design });
    expect(one).toMatchObject({ severity: "error", at: "kv_offloading_size", hint: "use 0.40.0 or later" });
    expect(one?.message).toContain("pocket 0.32.0 does not have");
  });

  it("goes by the version that the matrix is written for", () => {
    expect(found(code, { sut: "{ engine: pocket, model: m, version: 0.40.1 }", design })).toEqual([]);
  });
});

describe("knob-removed", () => {
  const code = "knob-removed";

  const design = stacked("{ id: a, set: { swap_space: 8 } }");

  it("names the version and what replaced it", () => {
    const [one] = found(code, { design });
    expect(one).toMatchObject({ severity: "error", at: "swap_space", hint: "instead of it: set kv_offloading_size" });
    expect(one?.message).toBe("pocket 0.32.0 no longer has `swap_space`: removed in 0.20.0");
  });

  it("goes by the version that the matrix is written for", () => {
    expect(found(code, { sut: "{ engine: pocket, model: m, version: 0.9.2 }", design })).toEqual([]);
    expect(found(code, { sut: "{ engine: pocket, model: m, version: 0.20.0 }", design })).toHaveLength(1);
  });

  it("leaves a row that is skipped for it alone", () => {
    expect(found(code, { design: stacked('{ id: a, skip: "gone", set: { swap_space: 8 } }') })).toEqual([]);
  });
});

describe("flag-not-yet", () => {
  const code = "flag-not-yet";

  it("finds a version whose command line lacks what every launch gets", () => {
    const [one, ...others] = found(code, { sut: "{ engine: pocket, model: m, version: 0.6.4 }" });
    expect(others).toEqual([]);
    expect(one).toMatchObject({ severity: "error", at: "0.6.4" });
    expect(one?.message).toContain("pocket 0.6.4 does not take");
    expect(one?.message).toContain("--strict (since 0.12.0)");
    expect(one?.hint).toContain("sut/pocket-0.6.4.yaml: `extends: pocket`");
  });

  it("finds it in a factor, at the value", () => {
    const design = "{ kind: combination, factors: { sut.version: [0.11.0, 0.32.0] } }";
    expect(found(code, { design }).map(({ at }) => at)).toEqual(["0.11.0"]);
  });

  it("is silent where the version takes all of it", () => {
    expect(found(code, {})).toEqual([]);
    expect(found(code, { sut: "{ engine: pocket, model: m, version: 0.12.0 }" })).toEqual([]);
  });
});

describe("bad-name", () => {
  const ofVersion = (version: string) =>
    diagnose({
      ...catalogues,
      "matrices/a.yaml": matrix({
        sut: `{ engine: many, model: m, version: ${version} }`,
        baseline: "{}",
        design: "{ kind: isolation, changes: [{ id: b, set: { both: 5 } }] }",
      }),
    }).map(({ code, message }) => [code, message]);

  it.each(["latest", "main", "nightly", '">=0.31"', '"2.0.0 "'])(
    "finds that %s is no version, and nothing else",
    (text) => {
      expect(ofVersion(text)).toEqual([["bad-name", `\`${text.replaceAll('"', "")}\` is not a version of many`]]);
    },
  );

  it.each(["v2.0.0", "2.0.0+cpu", "2.0.0rc1"])("is silent of %s", (text) => {
    expect(ofVersion(text)).toEqual([]);
  });

  it("is found in a row, also of an engine that only has flags by their version, and not of one without either", () => {
    const design = "{ kind: isolation, changes: [{ id: b, set: { sut.version: latest } }] }";
    expect(found("bad-name", { design })).toMatchObject([
      { severity: "error", at: "latest", hint: expect.stringContaining("the number that the program prints") },
    ]);
    const plain =
      "format: ceteris.engine/1\nenvironment: { kind: path, executable: p }\ncommand: ['{executable}']\nknobs: { k: { flag: -k, type: int } }\n";
    const files = {
      "sut/plain.yaml": plain,
      "matrices/a.yaml": matrix({
        sut: "{ engine: plain, model: m, version: main }",
        baseline: "{}",
        design: "{ kind: isolation, changes: [{ id: b, set: { k: 1 } }] }",
      }),
    };
    expect(diagnose(files)).toEqual([]);
  });
});

describe("catalogue-unseen", () => {
  const findings = (version: string) => {
    const design = "{ kind: isolation, changes: [{ id: b, set: { both: 5 } }] }";
    const sut = `{ engine: many, model: m, version: ${version} }`;
    return diagnose({ ...catalogues, "matrices/a.yaml": matrix({ sut, baseline: "{}", design }) }).filter(
      ({ code }) => code === "catalogue-unseen",
    );
  };

  it("notes that no launch has borne the catalogue of a version out", () => {
    expect(findings("1.0.0")).toMatchObject([
      { severity: "info", message: expect.stringContaining("the catalogue of many 1.0.0 was made from its help") },
    ]);
  });

  it("is silent of a version that was started, and of one without a catalogue, which has a warning of its own", () => {
    expect(findings("2.0.0")).toEqual([]);
    expect(findings("1.7.0")).toEqual([]);
  });
});

describe("no-catalogue", () => {
  const findings = (sut: string, design: string) =>
    diagnose({ ...catalogues, "matrices/a.yaml": matrix({ sut, baseline: "{}", design }) }).filter(
      ({ code }) => code === "no-catalogue",
    );
  const one = "{ kind: isolation, changes: [{ id: b, set: { both: 5 } }] }";

  it("says which versions there are, and the command that makes one", () => {
    const [first, ...others] = findings("{ engine: many, model: m, version: 1.7.0 }", one);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      severity: "warning",
      message: "there is no catalogue of many 1.7.0: its knobs are checked against those of 2.0.0",
      hint: "there are catalogues of 1.0.0, 2.0.0; where 1.7.0 is installed, `ceteris catalogue many` makes one",
      line: 3,
    });
  });

  it("finds it in a factor, and is silent of versions that have one", () => {
    const factors = "{ kind: combination, factors: { sut.version: [1.0.0, 2.0.0, 3.0.0] } }";
    expect(findings("{ engine: many, model: m }", factors).map(({ message }) => message)).toEqual([
      "there is no catalogue of many 3.0.0: its knobs are checked against those of 2.0.0",
    ]);
    expect(findings("{ engine: many, model: m, version: 1.0.0+cpu }", one)).toEqual([]);
    expect(findings("{ engine: pocket, model: m, version: 9.9.9 }", one)).toEqual([]);
  });
});
