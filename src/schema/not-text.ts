/** Files that are no text, by what they begin with where it is read as UTF-8; the remedy goes before the file's name. */
const kinds: readonly { start: string; what: string; remedy: string; isCopied?: true }[] = [
  { start: "\u001F\uFFFD", what: "a gzip archive", remedy: "unpack it: gunzip" },
  { start: "(\uFFFD/\uFFFD", what: "a zstd archive", remedy: "unpack it: unzstd" },
  { start: "\uFFFD7zXZ", what: "an xz archive", remedy: "unpack it: unxz" },
  { start: "PK\u0003\u0004", what: "a zip archive", remedy: "unpack it: unzip" },
  { start: "PAR1", what: "a Parquet file", remedy: "write its rows as JSON lines:" },
  { start: "\u007FELF", what: "a program", remedy: "name a text in the place of" },
  { start: "\uFFFD\uFFFD", what: "UTF-16", remedy: "convert it: iconv -f UTF-16 -t UTF-8", isCopied: true },
];

/**
 * What a file is that is no UTF-8 text, and what to do about it. `start`: its first characters, read as UTF-8; `what` is null
 * where they tell nothing, and it then is most likely a text in another encoding.
 */
export function foreignFile(start: string, file: string): { what: string | null; remedy: string } {
  const found = kinds.find((kind) => start.startsWith(kind.start));
  if (found !== undefined)
    return { what: found.what, remedy: `${found.remedy} ${file}${found.isCopied === true ? ` > ${file}.utf8` : ""}` };
  const remedy = `convert it: iconv -f LATIN1 -t UTF-8 ${file} > ${file}.utf8 (with the file's own encoding for LATIN1)`;
  return { what: null, remedy };
}
