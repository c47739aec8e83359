/** Of one text: a page, a table and a line of a terminal show so many characters, and say how many more there are. */
const MOST_CHARACTERS = 2000;
const MOST_OF_CODE = 100_000;

/** Escape sequences in a log's line would reach the reader's terminal. */
const controlCharacters = /\p{Cc}/gu;

/** Marks that turn the direction of what follows: in a name they would show another name. */
const directionMarks = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** What is shown of no text; most texts have none of it. */
const hidden = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** The beginning of a text that is too long to be read, and how much of it there is: `aaa… (1,048,076 more characters)`. */
function bounded(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  return `${kept}… (${(text.length - kept.length).toLocaleString("en-US")} more characters)`;
}

/** A text of the data on one line, as far as it is read. */
export function onOneLine(text: string, most = MOST_CHARACTERS): string {
  const shown = bounded(text, most);
  return hidden.test(shown) ? withoutMarks(shown.replaceAll(/\s*[\t\r\n]+\s*/g, " ")) : shown;
}

/** Lines that are not one text but many: a command, a file. */
export function codeLines(text: string): string {
  return withoutMarks(bounded(text, MOST_OF_CODE).replaceAll(/\r\n?/g, "\n").replaceAll("\t", " "));
}

/** A text without control characters but the ends of its lines, marks of direction, and halves of characters. */
function withoutMarks(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(controlCharacters, (sign) => (sign === "\n" ? sign : ""))
    .replaceAll(directionMarks, "");
}
