import { onOneLine } from "../../plain-text.ts";

/** Signs that LaTeX reads as commands, and signs of ours that its fonts have by another name. */
const commands: Readonly<Record<string, string>> = {
  "\\": String.raw`\textbackslash{}`,
  "{": String.raw`\{`,
  "}": String.raw`\}`,
  $: String.raw`\$`,
  "&": String.raw`\&`,
  "#": String.raw`\#`,
  "%": String.raw`\%`,
  _: String.raw`\_`,
  "^": String.raw`\textasciicircum{}`,
  "~": String.raw`\textasciitilde{}`,
  "<": String.raw`\ensuremath{<}`,
  ">": String.raw`\ensuremath{>}`,
  "|": String.raw`\ensuremath{|}`,
  '"': String.raw`{\char34}`,
  "`": "\\`{}",
  // Two of them would be a dash.
  "-": "{-}",
  "\u2212": String.raw`\ensuremath{-}`,
  "\u202F": String.raw`\,`,
  "\u2009": String.raw`\,`,
  "\u00A0": "~",
  "±": String.raw`\ensuremath{\pm}`,
  "×": String.raw`\ensuremath{\times}`,
  "÷": String.raw`\ensuremath{\div}`,
  "≤": String.raw`\ensuremath{\leq}`,
  "≥": String.raw`\ensuremath{\geq}`,
  "≈": String.raw`\ensuremath{\approx}`,
  "≠": String.raw`\ensuremath{\neq}`,
  "→": String.raw`\ensuremath{\rightarrow}`,
  "←": String.raw`\ensuremath{\leftarrow}`,
  "⇒": String.raw`\ensuremath{\Rightarrow}`,
  "∞": String.raw`\ensuremath{\infty}`,
  "√": String.raw`\ensuremath{\surd}`,
  "✓": String.raw`\ensuremath{\surd}`,
  "✗": String.raw`\ensuremath{\times}`,
  "·": String.raw`\ensuremath{\cdot}`,
  "•": String.raw`\textbullet{}`,
  "–": "--",
  "—": "---",
  "‘": "`",
  "’": "'",
  "“": "``",
  "”": "''",
  "…": String.raw`\ldots{}`,
  "€": "EUR",
  "¬": String.raw`\ensuremath{\neg}`,
  "°": String.raw`\ensuremath{^\circ}`,
  µ: String.raw`\ensuremath{\mu}`,
  μ: String.raw`\ensuremath{\mu}`,
  Δ: String.raw`\ensuremath{\Delta}`,
  α: String.raw`\ensuremath{\alpha}`,
  β: String.raw`\ensuremath{\beta}`,
  σ: String.raw`\ensuremath{\sigma}`,
  Σ: String.raw`\ensuremath{\Sigma}`,
  ...Object.fromEntries(Array.from("⁰¹²³⁴⁵⁶⁷⁸⁹", (sign, digit) => [sign, String.raw`\textsuperscript{${digit}}`])),
};

/** Printable ASCII, and the letters of Western Europe, which every font of LaTeX has. */
const isPlain = /^[ -~ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ]$/;

/** A text of the data for LaTeX, on one line: nothing in it is a command. What pdfLaTeX has no letter for is said by its number in Unicode. */
export function escapeLatex(text: string): string {
  return Array.from(onOneLine(text), escapedSign).join("");
}

/** A word of so many characters may be broken anywhere. */
const LONG_WORD = 20;

/** The same for a narrow column: a long word, a path or a value of JSON, may be broken. */
export function escapeBreakable(text: string): string {
  let run = 0;
  return Array.from(onOneLine(text), (sign) => {
    run = sign === " " ? 0 : run + 1;
    if (run < LONG_WORD && !(run > 1 && /[/.,:;=_-]/.test(sign))) return escapedSign(sign);
    run = 0;
    return String.raw`${escapedSign(sign)}\allowbreak{}`;
  }).join("");
}

function escapedSign(sign: string): string {
  const known = commands[sign];
  if (known !== undefined) return known;
  if (isPlain.test(sign)) return sign;
  const number = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return String.raw`\texttt{U+${number}}`;
}
