import { expect, it } from "vitest";
import { codeLines, onOneLine } from "../../src/report/plain-text.ts";

it("keeps a text on one line, without control characters, marks of direction and halves of characters", () => {
  expect(onOneLine("a\r\n\t b\u0000\u001B[31m\u202Ec\u2067\uD800")).toBe("a b[31mc\uFFFD");
});

it("bounds what nobody reads, and says how much there is", () => {
  const long = onOneLine("x".repeat(1_048_576));
  expect(long).toBe(`${"x".repeat(2000)}… (1,046,576 more characters)`);
  expect(onOneLine(`${"x".repeat(1999)}😀`)).toBe(`${"x".repeat(1999)}… (2 more characters)`);
});

it("leaves code its lines, and many of them", () => {
  expect(codeLines("a\r\n\tb\u001B[0m\n")).toBe("a\n b[0m\n");
  expect(codeLines("y".repeat(100_001))).toMatch(/^y+… \(1 more characters\)$/);
});
