import { join } from "node:path";
import type { RequestRecord, StoredRequest } from "../schema/observation.ts";
import type { Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { readParquetRows } from "./parquet/read.ts";
import { requestsFile } from "./parquet-files.ts";

/** What the file holds in milliseconds was a whole number of nanoseconds. */
const sql = `
  SELECT request, sample, chunk,
         round(scheduled_ms * 1e6) AS "scheduledNs", round(sent_ms * 1e6) AS "sentNs",
         round(first_token_ms * 1e6) AS "firstTokenNs", round(last_token_ms * 1e6) AS "lastTokenNs",
         round(end_ms * 1e6) AS "endNs", output_tokens AS "outputTokens", error, cancelled, chunks, finish
  FROM read_parquet($requests) WHERE phase = 'measure' ORDER BY request`;

/** What a trial's folder says of a measured request. */
export type ReadRequest = StoredRequest & Pick<RequestRecord, "chunks" | "finish"> & { request: number };

/** The measured requests of a trial folder in the order of issue, warm-up left out; null where it has none stored. */
export async function readRequests(
  world: Pick<World, "files">,
  trialFolder: string,
): Promise<Result<ReadRequest[]> | null> {
  const requests = join(trialFolder, requestsFile.name);
  return (await world.files.exists(requests)) ? readParquetRows<ReadRequest>(sql, { requests }) : null;
}
