import { controlCharacters } from "../../markdown.ts";

/** Marks that turn the direction of what follows: in a name they would show another name. */
const directionMarks = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as HTML holds it, in an element and in an attribute with quotes: no markup, no control character, no mark of direction. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(controlCharacters, " ")
    .replaceAll(directionMarks, "")
    .replaceAll(/[&<>"']/g, (sign) => entities[sign]!);
}
