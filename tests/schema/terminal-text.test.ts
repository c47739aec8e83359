import { expect, it } from "vitest";
import { shownText, terminalEscape, terminalText } from "../../src/schema/terminal-text.ts";

it("shows what a terminal would obey", () => {
  expect(terminalText("\u001B[2J\u001B]0;title\u0007\u009B31m\u0000")).toBe(
    String.raw`\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{0}`,
  );
  expect(shownText("ab\u202Ecd\u2066ef\u200E\u2028\u{E0041}\uFEFF")).toBe(
    String.raw`ab\u{202e}cd\u{2066}ef\u{200e}\u{2028}\u{e0041}\u{feff}`,
  );
  expect(terminalText("50 %\rdone")).toBe(String.raw`50 %\u{d}done`);
});

it("leaves every script, tabs and ends of lines as they are", () => {
  const text = "Δ −3 %\t✓ 日本語 שלום 👩‍💻\r\nnext\n";
  expect(terminalText(text)).toBe(text);
});

it("sends our own escapes, and none that a text brings", () => {
  const text = `${terminalEscape}[31mred \uE01B[32m\u001B[33m${terminalEscape}[0m`;
  expect(terminalText(text)).toBe(`\u001B[31mred \uE01B[32m${String.raw`\u{1b}`}[33m\u001B[0m`);
});
