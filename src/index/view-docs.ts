import { columnViewKey, columnViews } from "./column-views.ts";
import { recordViews } from "./views.ts";

/** The documented views with their columns, as markdown: the generated part of `docs/data.md` between `views` markers. */
export function viewDocs(): string {
  const records = recordViews.map(({ name, row, columns }) =>
    table(
      name,
      `A row is ${row}.`,
      columns.map((column) => `| \`${column.name}\` | ${column.type} | ${column.meaning} |`),
    ),
  );
  const overFiles = columnViews.map(({ name, file, row, derived }) => {
    const about = `A row is ${row}: ${columnViewKey.map((key) => `\`${key}\``).join(", ")}, and the columns of \`${file}\`.`;
    return derived.length === 0
      ? `### \`${name}\`\n\n${about}`
      : table(
          name,
          `${about} Beside them:`,
          derived.map((column) => `| \`${column.name}\` | DOUBLE | ${column.meaning} |`),
        );
  });
  return [...records, ...overFiles].join("\n\n");
}

function table(name: string, about: string, lines: string[]): string {
  return [`### \`${name}\``, "", about, "", "| column | type | meaning |", "|---|---|---|", ...lines].join("\n");
}
