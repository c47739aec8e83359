import { describe, expect, it } from "vitest";
import { asText, asMap, memberOf, parseMap } from "../../src/schema/json.ts";

describe("memberOf", () => {
  it("knows no member that a map did not get itself", () => {
    for (const name of ["constructor", "__proto__", "toString"]) expect(memberOf({}, name)).toBeUndefined();
    expect(memberOf({ constructor: 1 }, "constructor")).toBe(1);
    expect(memberOf(JSON.parse('{"__proto__": 1}') as { [name: string]: number }, "__proto__")).toBe(1);
  });
});

describe("asMap and parseMap", () => {
  it("give the object that a value or a text is, and null of anything else", () => {
    for (const value of [null, undefined, [], "a", 1, true]) expect(asMap(value)).toBeNull();
    expect(asMap({ a: 1 })).toEqual({ a: 1 });
    for (const text of ["", "[]", "null", "{", "<html>"]) expect(parseMap(text)).toBeNull();
    expect(parseMap('{"a": {}}')).toEqual({ a: {} });
  });
});

it("takes a text for a text and nothing else", () => {
  expect(["", "a", 1, null, undefined, ["a"]].map(asText)).toEqual(["", "a", null, null, null, null]);
});
