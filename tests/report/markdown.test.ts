import { describe, expect, it } from "vitest";
import { codeBlock, codeSpan, escapeMarkdown, typesetProse } from "../../src/report/markdown.ts";

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
    ["a&lt;b &#42; c & d", "a&amp;lt;b &amp;#42; c & d"],
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

describe("typesetProse", () => {
  it("typesets figures, but none in code", () => {
    expect(typesetProse("fell by -3 %: `-3 %` and ``x ` -4``, then -5")).toBe(
      "fell by \u22123\u202F%: `-3 %` and ``x ` -4``, then \u22125",
    );
  });
});
