import { join } from "node:path";
import type { ScoredAnswer } from "../schema/finding.ts";
import type { Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { readParquetRows } from "./parquet/read.ts";
import { outputsFile, requestsFile } from "./parquet-files.ts";

/** Each sample's request in the order of sending; its place in the client chunk follows from that order. */
const sql = `
  SELECT o.sample, o.prediction, o.reference, o.rouge1, o.rouge2, o.rouge_l AS "rougeL", o.rouge_lsum AS "rougeLsum",
         r.chunk, r.place AS "placeInChunk", r.finish, r.output_tokens AS "outputTokens"
  FROM read_parquet($outputs) o
  LEFT JOIN (
    SELECT sample, chunk, finish, output_tokens,
           CASE WHEN chunk IS NULL THEN NULL
                ELSE (row_number() OVER (PARTITION BY chunk ORDER BY request) - 1)::INTEGER END AS place,
           row_number() OVER (PARTITION BY sample ORDER BY request) AS time
    FROM read_parquet($requests) WHERE phase = 'measure'
  ) r ON r.sample = o.sample AND r.time = 1
  ORDER BY o.sample`;

/** The answers of a trial folder, by sample; null where it has none. */
export async function readOutputs(
  world: Pick<World, "files">,
  trialFolder: string,
): Promise<Result<ScoredAnswer[]> | null> {
  const outputs = join(trialFolder, outputsFile.name);
  const requests = join(trialFolder, requestsFile.name);
  if (!(await world.files.exists(outputs)) || !(await world.files.exists(requests))) return null;
  return readParquetRows<ScoredAnswer>(sql, { outputs, requests });
}
