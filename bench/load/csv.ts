/**
 * Rows of a CSV of whole numbers, by the names in its first line. An unfinished last line is left out.
 * @throws Error where the first line lacks one of `columns`, or a value is no number
 */
export function readNumbers<Column extends string>(
  text: string,
  columns: readonly Column[],
): { [column in Column]: number }[] {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  const header = lines[0]?.split(",") ?? [];
  const places = columns.map((column) => {
    const place = header.indexOf(column);
    if (place < 0) throw new Error(`the CSV has no column "${column}"; it has ${header.join(" ") || "none"}`);
    return { column, place };
  });
  return lines.slice(1, -1).map((line) => {
    const fields = line.split(",");
    const row: { [column: string]: number } = {};
    for (const { column, place } of places) {
      const field = fields[place];
      const value = Number(field);
      if (field === undefined || field === "" || !Number.isFinite(value))
        throw new Error(`"${field ?? ""}" in the CSV's column "${column}" is no number`);
      row[column] = value;
    }
    return row as { [column in Column]: number };
  });
}
