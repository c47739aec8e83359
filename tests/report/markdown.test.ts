import { describe, expect, it } from "vitest";
import { codeBlock, codeSpan, escapeMarkdown } from "../../src/report/markdown.ts";
import { fixed, percentChange, percentInterval, plain, signed, superscript } from "../../src/report/numbers.ts";

describe("escapeMarkdown", () => {
  it.each([
    ["max_num_seqs", "max_num_seqs"],
    ["_emphasis_", "\\_emphasis\\_"],
    ["1. item", "1\\. item"],
    ["- item", "\\- item"],
    ["-12.5 %", "-12.5 %"],
    ["# heading", "\\# heading"],
    ["> quote", "\\> quote"],
    ["a\r\n\r\nb", "a b"],
    ["C:\\x", "C:\\\\x"],
  ])("%j is %j", (text, escaped) => expect(escapeMarkdown(text)).toBe(escaped));
});

describe("code", () => {
  it("is fenced by more backticks than it holds, and keeps to its cell", () => {
    expect(codeSpan("a|b")).toBe("`a\\|b`");
    expect(codeSpan("a`b``c")).toBe("``` a`b``c ```");
    expect(codeSpan("a\nb")).toBe("`a b`");
    expect(codeSpan(" ")).toBe("");
    expect(codeBlock("x\n```\ny\n", "sh")).toBe("````sh\nx\n```\ny\n````");
  });
});

describe("numbers", () => {
  it("have a fixed form on every machine", () => {
    expect([fixed(1456.355, 2), fixed(-0.001, 2), fixed(null, 2), fixed(Number.NaN, 1)]).toEqual([
      "1456.36",
      "0.00",
      "–",
      "–",
    ]);
    expect([signed(0.5, 1), signed(-0.5, 1), signed(0, 1)]).toEqual(["+0.5", "-0.5", "0.0"]);
    expect([percentChange(1.345), percentChange(0.7918), percentChange(null)]).toEqual(["+34.50 %", "-20.82 %", "–"]);
    expect([percentInterval({ lower: 0.99, upper: 1.02 }), percentInterval(null)]).toEqual(["[-1.00, +2.00]", ""]);
    expect([plain(3), plain(0.1 + 0.2), plain(1234567.89), plain(Infinity)]).toEqual([
      "3",
      "0.3",
      "1234570",
      "Infinity",
    ]);
    expect(superscript(120)).toBe("¹²⁰");
  });
});
