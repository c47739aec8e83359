import * as fc from "fast-check";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { outputsFile } from "../../../src/store/parquet-files.ts";
import { readParquetRows } from "../../../src/store/parquet/read.ts";
import { writeParquet } from "../../../src/store/parquet/write.ts";
import { expectAll, longestMs, textOf } from "../../support/any-text.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const timeout = { timeout: longestMs };
const sql = "SELECT prediction, reference, rouge1 FROM read_parquet($outputs) ORDER BY sample";

function rowsOf(texts: readonly string[]) {
  return texts.map((prediction, sample) => ({
    sample,
    prediction,
    reference: sample % 3 === 0 ? null : prediction.slice(1).toWellFormed(),
    rouge1: sample % 2 === 0 ? null : sample / 7,
    rouge2: null,
    rougeL: null,
    rougeLsum: null,
  }));
}

/** Parquet holds UTF-8, which has no half of a surrogate pair; DuckDB's reader for Node takes a byte order mark off the start of a text. */
const texts = fc.array(
  textOf(["word ", "\n", "'", '"', "日本", "\0"], 8).map((text) => text.toWellFormed().replaceAll("\uFEFF", "")),
  { maxLength: 6, minLength: 1 },
);
let files = 0;

it("reads back every row that was written; of a damaged file rows, or that it is broken", timeout, async () => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const damage = fc.tuple(texts, fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255), fc.boolean());
  await expectAll(
    damage,
    async ([some, share, byte, isCut]) => {
      files += 1;
      const outputs = join(folder, `${files}.parquet`);
      const rows = rowsOf(some);
      await writeParquet(outputsFile, rows, outputs);
      const read = await readParquetRows(sql, { outputs });
      expect(read).toEqual({
        ok: true,
        value: rows.map(({ prediction, reference, rouge1 }) => ({ prediction, reference, rouge1 })),
      });
      const bytes = readFileSync(outputs);
      const at = Math.floor(share * bytes.length);
      bytes[at] = byte;
      writeFileSync(outputs, isCut ? bytes.subarray(0, at) : bytes);
      const broken = await readParquetRows(sql, { outputs });
      if (!broken.ok) expect(broken.problem).toMatchObject({ code: "stored-file-broken" });
    },
    60,
  );
});
