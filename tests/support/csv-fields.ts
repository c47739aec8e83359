/** The fields of a CSV (RFC 4180), line by line; throws where a quote is not closed or stands within a field. */
export function csvFields(csv: string): string[][] {
  const lines: string[][] = [[]];
  const part = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  while (part.lastIndex < csv.length) {
    const at = part.lastIndex;
    const found = part.exec(csv);
    if (found === null) throw new Error(`no field at ${at}: ${csv.slice(at, at + 80)}`);
    const [, quoted, plain = "", end] = found;
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\r\n") lines.push([]);
  }
  return lines.slice(0, -1);
}
