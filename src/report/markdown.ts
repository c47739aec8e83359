/**
 * A user's text for markdown, in a table's cell too: nothing in it is markup, and it stays on its line. Underscores within a
 * word are left alone, as GitHub's markdown does, so that names of knobs stay readable.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s*[\t\r\n]+\s*/g, " ")
    .replaceAll(controlCharacters, "")
    .replaceAll(/[\\`*|[\]~]/g, String.raw`\$&`)
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
    .replaceAll("<", "&lt;")
    .replace(/^([#>+-]+)(?=\s|$)/, String.raw`\$1`)
    .replace(/^(\d+)([.)])(?=\s|$)/, String.raw`$1\$2`);
}

/** Escape sequences in a log's line would reach the reader's terminal. */
export const controlCharacters = /\p{Cc}/gu;

/** A code span, in a table's cell too: fenced by more backticks than the text has in a row, pipes escaped. */
export function codeSpan(text: string): string {
  const flat = text.replaceAll(/\s+/g, " ").replaceAll(controlCharacters, "");
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
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** Pads the cells of every table outside code, so that the text is readable before it is rendered. */
export function alignTables(markdown: string): string {
  const lines = markdown.split("\n");
  const aligned: string[] = [];
  let table: string[] = [];
  let fence: string | null = null;
  const flush = (): void => {
    aligned.push(...(table.length > 1 ? alignTable(table) : table));
    table = [];
  };
  for (const line of lines) {
    const opens = /^(`{3,})/.exec(line)?.[1];
    if (fence === null && line.startsWith("|")) {
      table.push(line);
      continue;
    }
    flush();
    aligned.push(line);
    if (opens !== undefined) fence = fence === null ? opens : line.startsWith(fence) ? null : fence;
  }
  flush();
  return aligned.join("\n");
}

function alignTable(lines: readonly string[]): string[] {
  const rows = lines.map(cellsOf);
  const rule = rows[1] ?? [];
  const widths = rule.map((_, column) =>
    Math.max(3, ...rows.flatMap((row, index) => (index === 1 ? [] : [width(row[column] ?? "")]))),
  );
  return rows.map((row, index) => {
    const cells = widths.map((wanted, column) => {
      const toTheRight = (rule[column] ?? "").endsWith(":");
      if (index === 1) return toTheRight ? `${"-".repeat(wanted - 1)}:` : "-".repeat(wanted);
      const cell = row[column] ?? "";
      const padding = " ".repeat(wanted - width(cell));
      return toTheRight ? `${padding}${cell}` : `${cell}${padding}`;
    });
    return `| ${cells.join(" | ")} |`;
  });
}

/** Cells of a row; an escaped pipe is no border. */
function cellsOf(line: string): string[] {
  return line
    .replace(/^\|/, "")
    .replace(/\|\s*$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** Characters as a reader counts them. */
export function width(text: string): number {
  return Array.from(text).length;
}
