import { join } from "node:path";
import type { ScoredAnswer } from "../schema/finding.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { readParquetRows } from "./parquet/read.ts";
import { outputsFile, requestsFile } from "./parquet-files.ts";

/** Each sample's request in the order of sending; its place in the client chunk follows from that order. */
const sql = `
  SELECT o.sample, o.prediction, o.reference, o.rouge1, o.rouge2, o.rouge_l, o.rouge_lsum,
         r.chunk, r.place, r.finish, r.output_tokens
  FROM read_parquet($outputs) o
  LEFT JOIN (
    SELECT sample, chunk, finish, output_tokens,
           CASE WHEN chunk IS NULL THEN NULL ELSE row_number() OVER (PARTITION BY chunk ORDER BY request) - 1 END AS place,
           row_number() OVER (PARTITION BY sample ORDER BY request) AS time
    FROM read_parquet($requests) WHERE phase = 'measure'
  ) r ON r.sample = o.sample AND r.time = 1
  ORDER BY o.sample`;

type Row = [
  number,
  string,
  string | null,
  number | null,
  number | null,
  number | null,
  number | null,
  number | null,
  bigint | null,
  string | null,
  number | null,
];

/** The answers of a trial folder, by sample; null where it has none. */
export async function readOutputs(
  world: Pick<World, "files">,
  trialFolder: string,
): Promise<Result<ScoredAnswer[]> | null> {
  const outputs = join(trialFolder, outputsFile.name);
  const requests = join(trialFolder, requestsFile.name);
  if (!(await world.files.exists(outputs)) || !(await world.files.exists(requests))) return null;
  const read = await readParquetRows(sql, { outputs, requests });
  if (!read.ok) return read;
  return succeed(
    (read.value as Row[]).map(
      ([sample, prediction, reference, rouge1, rouge2, rougeL, rougeLsum, chunk, place, finish, outputTokens]) => ({
        sample,
        prediction,
        reference,
        rouge1,
        rouge2,
        rougeL,
        rougeLsum,
        chunk,
        placeInChunk: place === null ? null : Number(place),
        finish,
        outputTokens,
      }),
    ),
  );
}
