import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "no-model";
const of = (model: string) => found(code, { sut: `{ engine: pocket, model: ${model} }` });

describe("no-model", () => {
  it("is an error of a name that is empty, blank, or none that a file can have", () => {
    expect(of('""')).toMatchObject([{ severity: "error", message: "`sut.model` names no model" }]);
    expect(of('"  "')).toHaveLength(1);
    expect(of(String.raw`"a\0b"`)).toMatchObject([{ message: expect.stringContaining("a character") as string }]);
  });

  it("is said once where nothing names one, and not where each system does", () => {
    const systems = (more: string) => `systems: [{ id: a, model: m }, { id: b${more} }]\n`;
    const without = { sut: "{ engine: pocket }" };
    const said = [{ severity: "error", message: "`sut` lacks `model`", at: "sut" }];
    expect(found(code, without)).toMatchObject(said);
    expect(found(code, { ...without, more: systems("") })).toMatchObject(said);
    expect(found(code, { ...without, more: systems(", model: n") })).toEqual([]);
  });

  it("has nothing against a name", () => {
    expect(of("org/name")).toEqual([]);
    expect(of('"./a folder"')).toEqual([]);
  });
});
