import { randomUUID } from "node:crypto";

/**
 * Stands for the escape character in what we send to a terminal ourselves, in colours for instance. Nobody else knows it, so
 * that what comes out of a file, a log or a server's answer has no way to move the cursor, to change colours or to clear the screen.
 */
export const terminalEscape = `\uE01B${randomUUID()}`;

/**
 * Characters that a terminal obeys instead of showing them: control characters but tabs and ends of lines, marks of writing
 * direction (which let a text read as another one), invisible characters and separators of lines.
 */
const obeyed =
  /\r(?!\n)|(?![\t\n\r])\p{Cc}|[\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

/** A text as a person may read it on a terminal: what a terminal would obey is shown as `\u{1b}`. */
export function shownText(text: string): string {
  return text.replaceAll(obeyed, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The same for what is sent to a terminal, with our own escapes put in. */
export function terminalText(text: string): string {
  return shownText(text).replaceAll(terminalEscape, "\u001B");
}
