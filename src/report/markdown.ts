import { typeset } from "./numbers.ts";
import { codeLines, onOneLine } from "./plain-text.ts";

/**
 * A user's text for markdown, in a table's cell too: nothing in it is markup, and it stays on its line. Underscores within a
 * word are left alone, as GitHub's markdown does, so that names of knobs stay readable.
 */
export function escapeMarkdown(text: string): string {
  const flat = onOneLine(text);
  // Of the thousands of cells of a report most have none of these.
  const escaped = /[\\`*|[\]~_<&]/.test(flat)
    ? flat
        .replaceAll(/&(?=#?\w+;)/g, "&amp;")
        .replaceAll(/[\\`*|[\]~]/g, String.raw`\$&`)
        .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
        .replaceAll("<", "&lt;")
    : flat;
  return escaped.replace(/^([#>+-]+)(?=\s|$)/, String.raw`\$1`).replace(/^(\d+)([.)])(?=\s|$)/, String.raw`$1\$2`);
}

/** A code span, in a table's cell too: fenced by more backticks than the text has in a row, pipes escaped. */
export function codeSpan(text: string): string {
  const flat = onOneLine(text).replaceAll(/\s+/g, " ");
  if (flat.trim() === "") return "";
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 || flat.startsWith("`") ? " " : "";
  return `${fence}${pad}${flat.replaceAll("|", String.raw`\|`)}${pad}${fence}`;
}

/** A fenced block that its text cannot close. */
export function codeBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${codeLines(text).trimEnd()}\n${fence}`;
}

/** CommonMark with its figures typeset, but for what is code. */
export function typesetProse(markdown: string): string {
  return markdown.replaceAll(/(`+)[^]*?\1|[^`]+/g, (part: string, fence: string | undefined) =>
    fence === undefined ? typeset(part) : part,
  );
}
