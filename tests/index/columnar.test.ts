import { describe, expect, it } from "vitest";
import { columnar, columnarShape } from "../../src/index/columnar.ts";

const shape = {
  id: "VARCHAR",
  argv: "VARCHAR[]",
  of: { name: "VARCHAR" },
  rows: [{ a: "DOUBLE", b: { c: "VARCHAR" } }],
};

describe("a value in columns", () => {
  it("has lists of maps as maps of lists, and the members of its shape alone", () => {
    const value = {
      id: "x",
      argv: ["a"],
      of: { name: "n", other: 1 },
      rows: [{ a: 1, d: 2 }, { b: { c: "c" } }],
      more: 3,
    };
    expect(columnar(value, shape)).toEqual({
      id: "x",
      argv: ["a"],
      of: { name: "n" },
      rows: { a: [1, null], b: [null, { c: "c" }] },
    });
    expect(columnarShape(shape)).toEqual({ ...shape, rows: { a: ["DOUBLE"], b: [{ c: "VARCHAR" }] } });
  });

  it("has null where a member is absent or of another kind", () => {
    expect(columnar({ of: "text", rows: "text" }, shape)).toEqual({ id: null, argv: null, of: null, rows: null });
    expect(columnar({ rows: ["text", null] }, shape)).toMatchObject({ rows: { a: [null, null], b: [null, null] } });
  });
});
