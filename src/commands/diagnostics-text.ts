import type { Diagnostic, Severity } from "../schema/diagnostic.ts";
import { terminalEscape } from "../schema/terminal-text.ts";
import { countText } from "../math/figures.ts";

/** Errors first, since they keep the matrix from running; with the colour of each, and what several are counted as. */
const severities: Readonly<Record<Severity, { colour: string; noun: string }>> = {
  error: { colour: "31", noun: "error" },
  warning: { colour: "33", noun: "warning" },
  info: { colour: "36", noun: "note" },
};

/**
 * Diagnostics for people, one after the other with a closing count; an empty text where there are none.
 * `colour` adds escapes, which `terminalText` sends; without it the text is plain.
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: { colour: boolean }): string {
  if (diagnostics.length === 0) return "";
  const paint = (code: string, text: string) =>
    options.colour ? `${terminalEscape}[${code}m${text}${terminalEscape}[0m` : text;
  const sorted = Object.keys(severities).flatMap((severity) => diagnostics.filter((one) => one.severity === severity));
  const blocks = sorted.map((diagnostic) => formatOne(diagnostic, paint));
  return `${blocks.join("\n")}\n${closingCount(diagnostics)}\n`;
}

function formatOne(diagnostic: Diagnostic, paint: (code: string, text: string) => string): string {
  const { colour } = severities[diagnostic.severity];
  const { file, line, column } = diagnostic;
  const number = String(line);
  const margin = " ".repeat(number.length);
  const bar = paint("34", "|");
  const lines = [
    `${paint(`1;${colour}`, `${diagnostic.severity}[${diagnostic.code}]`)}: ${diagnostic.message}`,
    `${margin}${paint("34", "-->")} ${file}:${line}:${column}`,
  ];
  const [source, carets] = diagnostic.excerpt?.split("\n") ?? [];
  if (source !== undefined && carets !== undefined) {
    lines.push(`${paint("34", number)} ${bar} ${source}`, `${margin} ${bar} ${paint(colour, carets)}`);
  }
  if (diagnostic.hint !== "") lines.push(`${margin} ${paint("1", "help")}: ${diagnostic.hint}`);
  return `${lines.join("\n")}\n`;
}

/** `2 errors, 1 warning`. */
function closingCount(diagnostics: readonly Diagnostic[]): string {
  return Object.entries(severities)
    .flatMap(([severity, { noun }]) => {
      const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
      return count === 0 ? [] : countText(count, noun);
    })
    .join(", ");
}
