import { expect, it } from "vitest";
import { escapeBreakable, escapeLatex } from "../../../../src/report/writers/latex/escape.ts";

it.each([
  ["50 % of a_b & {c} #1 $x", String.raw`50 \% of a\_b \& \{c\} \#1 \$x`],
  [
    String.raw`\input{/etc/passwd}^^5c~`,
    String.raw`\textbackslash{}input\{/etc/passwd\}\textasciicircum{}\textasciicircum{}5c\textasciitilde{}`,
  ],
  ['a<b>|"`', "a\\ensuremath{<}b\\ensuremath{>}\\ensuremath{|}{\\char34}\\`{}"],
  // Behind the end of a row, a star and a bracket are its arguments.
  ["[1, 2] *", "{[}1, 2] {*}"],
  ["--x ---", "{-}{-}x {-}{-}{-}"],
  [
    "\u22123.4\u202F% ±2 ≤ Δ → ¹²",
    String.raw`\ensuremath{-}3.4\,\% \ensuremath{\pm}2 \ensuremath{\leq} \ensuremath{\Delta} \ensuremath{\rightarrow} \textsuperscript{1}\textsuperscript{2}`,
  ],
  ["Köln ß", "Köln ß"],
  ["模型 😀", String.raw`\texttt{U+6A21}\texttt{U+578B} \texttt{U+1F600}`],
  ["a\n\n\\end{document}\u0000\u202E", String.raw`a \textbackslash{}end\{document\}`],
])("writes %j", (text, written) => expect(escapeLatex(text)).toBe(written));

it("lets long words break, and short ones not", () => {
  expect(escapeBreakable("short a/b")).toBe(String.raw`short a/\allowbreak{}b`);
  expect(escapeBreakable("0".repeat(45))).toBe(
    `${"0".repeat(20)}\\allowbreak{}${"0".repeat(20)}\\allowbreak{}${"0".repeat(5)}`,
  );
});
