import type { Diagnostic, Severity } from "../schema/diagnostic.ts";
import { terminalEscape } from "../schema/terminal-text.ts";

const colours: Record<Severity, string> = { error: "31", warning: "33", info: "36" };

/**
 * Diagnostics for people, one after the other with a closing count; an empty text where there are none.
 * `colour` adds escapes, which `terminalText` sends; without it the text is plain.
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: { colour: boolean }): string {
  if (diagnostics.length === 0) return "";
  const paint = (code: string, text: string) =>
    options.colour ? `${terminalEscape}[${code}m${text}${terminalEscape}[0m` : text;
  // Errors first, since they keep the matrix from running; within a severity the order is kept.
  const sorted = diagnostics.toSorted((one, other) => rank(one) - rank(other));
  const blocks = sorted.map((diagnostic) => formatOne(diagnostic, paint));
  return `${blocks.join("\n")}\n${closingCount(diagnostics)}\n`;
}

const severities: readonly Severity[] = ["error", "warning", "info"];

function rank({ severity }: Diagnostic): number {
  return severities.indexOf(severity);
}

function formatOne(diagnostic: Diagnostic, paint: (code: string, text: string) => string): string {
  const colour = colours[diagnostic.severity];
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
  const nouns: [Severity, string, string][] = [
    ["error", "error", "errors"],
    ["warning", "warning", "warnings"],
    ["info", "note", "notes"],
  ];
  return nouns
    .map(([severity, one, many]) => {
      const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
      return count === 0 ? "" : `${count} ${count === 1 ? one : many}`;
    })
    .filter((part) => part !== "")
    .join(", ");
}
