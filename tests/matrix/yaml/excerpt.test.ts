import { describe, expect, it } from "vitest";
import { excerptOf } from "../../../src/matrix/yaml/excerpt.ts";

function excerpt(text: string, part: string): string {
  const start = text.indexOf(part);
  return excerptOf(text, { file: "a", line: 1, column: 1, start, end: start + part.length });
}

describe("excerptOf", () => {
  it("marks the part in its line", () => {
    expect(excerpt("a: 1\nbcd: 2\n", "bcd")).toBe("bcd: 2\n^^^");
    expect(excerpt("a: 1\r\nbcd: 2\r\n", "2")).toBe("bcd: 2\n     ^");
  });

  it("stays in the first line of what goes on", () => {
    expect(excerpt("a:\n  b: 1\n  c: 2\n", "b: 1\n  c: 2\n")).toBe("  b: 1\n  ^^^^");
  });

  it("keeps a tab above its caret and hides other control characters", () => {
    expect(excerpt("\tx: 1\u0007", "x")).toBe("\tx: 1\u{fffd}\n\t^");
  });

  it("cuts a long line around the caret", () => {
    const [line = "", carets = ""] = excerpt(`${"a".repeat(500)}HERE${"b".repeat(500)}`, "HERE").split("\n");
    expect(line).toHaveLength(120);
    expect(line.slice(carets.indexOf("^"), carets.length)).toBe("HERE");
  });

  it("has a caret where there is no text", () => {
    expect(excerptOf("", { file: "a", line: 1, column: 1, start: 0, end: 0 })).toBe("\n^");
  });
});
