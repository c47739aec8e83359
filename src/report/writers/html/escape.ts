import { codeLines, onOneLine } from "../../plain-text.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as HTML holds it, in an element and in an attribute with quotes, on one line: no markup, no control character, no mark of direction. */
export function escapeHtml(text: string): string {
  return withEntities(onOneLine(text));
}

/** Code as HTML holds it: the same, and its lines stay. */
export function escapeCode(text: string): string {
  return withEntities(codeLines(text));
}

function withEntities(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!);
}
