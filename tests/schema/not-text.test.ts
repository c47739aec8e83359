import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { foreignFile } from "../../src/schema/not-text.ts";

it.each([
  [gzipSync("study: a"), "a gzip archive", "unpack it: gunzip f"],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x24]), "a zstd archive", "unpack it: unzstd f"],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), "an xz archive", "unpack it: unxz f"],
  [Buffer.from([0x50, 0x4b, 3, 4]), "a zip archive", "unpack it: unzip f"],
  [Buffer.from("PAR1\0"), "a Parquet file", "write its rows as JSON lines: f"],
  [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2]), "a program", "name a text in the place of f"],
  [Buffer.from("\u{feff}study: a", "utf16le"), "UTF-16", "convert it: iconv -f UTF-16 -t UTF-8 f > f.utf8"],
  [Buffer.from("café", "latin1"), null, expect.stringContaining("iconv -f LATIN1 -t UTF-8 f > f.utf8")],
])("names a file by its first bytes: %s", (bytes, what, remedy) => {
  expect(foreignFile(new TextDecoder().decode(bytes), "f")).toEqual({ what, remedy });
});
