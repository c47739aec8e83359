import { expect, test } from "vitest";
import { strip, stripEnd } from "../../../src/metrics/scorers/python-whitespace.ts";

test("strips what str.strip strips, at both ends", () => {
  expect(strip(" \t\r\n\u001c\u0085\u2028 a b \u00a0\u3000")).toBe("a b");
  expect(stripEnd(" a \n")).toBe(" a");
});

test("keeps the byte order mark, which trim would take", () => {
  expect(strip("\ufeffa\ufeff ")).toBe("\ufeffa\ufeff");
});

test("leaves nothing of white space", () => {
  expect(strip(" \n\t")).toBe("");
  expect(strip("")).toBe("");
});
