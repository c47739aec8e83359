import signs from "./escape.json" with { type: "json" };
import { onOneLine } from "../../plain-text.ts";

/** Signs that LaTeX reads as commands, and signs of ours that its fonts have by another name. */
const commands: Readonly<Record<string, string>> = signs;

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
