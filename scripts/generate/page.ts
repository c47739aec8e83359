import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** A page that is written by hand, but for what is made between its marks: `<!-- generated: NAME -->` and `<!-- end -->`. */
export function pageWith(path: string, made: Readonly<Record<string, string>>): string {
  return Object.entries(made).reduce(
    (page, [name, text]) => {
      const marked = new RegExp(`(<!-- generated: ${name} -->)[\\s\\S]*?(<!-- end -->)`);
      if (!marked.test(page)) throw new Error(`${path} has no place for what is made: <!-- generated: ${name} -->`);
      return page.replace(marked, (_, open: string, close: string) => [open, "", text.trim(), "", close].join("\n"));
    },
    readFileSync(join(root, path), "utf8"),
  );
}

/** A table of Markdown; cells may hold any text but their own code spans' backticks. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [titles, titles.map(() => "---"), ...rows.map((cells) => cells.map(cell))]
    .map((cells, place) => (place === 1 ? `|${cells.join("|")}|` : `| ${cells.join(" | ")} |`))
    .join("\n");
}

/** One line, and no bar that would end the cell. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").trim();
}
