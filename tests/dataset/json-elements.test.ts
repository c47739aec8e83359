import { describe, expect, it } from "vitest";
import { jsonElements, type JsonElement } from "../../src/dataset/json-elements.ts";

async function elements(text: string, chunk: number): Promise<JsonElement[]> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const found: JsonElement[] = [];
  for await (const element of jsonElements(chunks())) found.push(element);
  return found;
}

const values = [{ a: 'x "}{" \\' }, { b: ["[", { c: "ü€😀\n" }] }, {}];

describe("elements of a file", () => {
  it.each([1, 2, 3, 7, 4096])("are whole however it is cut: chunks of %i bytes", async (chunk) => {
    for (const text of [
      JSON.stringify(values),
      JSON.stringify(values, null, 2),
      values.map((value) => JSON.stringify(value)).join("\n"),
    ]) {
      const found = await elements(text, chunk);
      expect(found.map((one) => ("text" in one ? JSON.parse(one.text) : one))).toEqual(values);
    }
  });

  it("know their line and their place", async () => {
    const found = await elements('[\n{"a": "\\n"},\n\n{\n"b": 1}\n]', 5);
    expect(found.map(({ line }) => line)).toEqual([2, 4]);
    expect(found.map((one) => "element" in one && one.element)).toEqual([0, 1]);
  });

  it.each([
    ["[{}] {}", /"\{\}" behind the list/],
    ["[1]", /where element 0 should begin/],
    ["{}\n[]", /where element 1 should begin/],
    ["[{},", /ends before/],
    ['[{"a":"', /ends within element 0/],
  ])("name what is wrong: %s", async (text, problem) => {
    const last = (await elements(text, 64)).at(-1);
    expect(last && "problem" in last ? last.problem : "").toMatch(problem);
  });
});
