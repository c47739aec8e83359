/** A text of SQL: a quote in it is doubled. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
