import { describe, expect, it } from "vitest";
import { diagnose, matrix } from "../study-fixture.ts";

const newer = "extends: pocket\nversion: 0.33.0\nenvironment: { kind: path, executable: pocket-33 }\n";

const found = (b: string, overrides: { sut?: string } = {}) =>
  diagnose(
    { "matrices/a.yaml": matrix({ design: `{ kind: duel, b: { id: b, ${b} } }` }), "sut/newer.yaml": newer },
    { overrides },
  )
    .filter(({ code }) => code === "one-program")
    .map(({ severity, message }) => `${severity}: ${message}`);

describe("one-program", () => {
  it("warns of two versions that start the same program", () => {
    expect(found("set: { sut.version: 0.33.0 }")).toEqual([
      "warning: rows `baseline` and `b` declare versions 0.32.0 and 0.33.0 of pocket, and both start the same program",
    ]);
  });

  it("says nothing where each version has a program, or another engine stands in for both", () => {
    expect(found("set: { sut.engine: newer }")).toEqual([]);
    expect(found("set: { dtype: float16 }")).toEqual([]);
    expect(found("set: { sut.version: 0.33.0 }", { sut: "pocket-cpu" })).toEqual([]);
  });
});
