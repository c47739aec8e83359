import { join } from "node:path";
import type { RequestRecord, StoredRequest } from "../schema/observation.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { readParquetRows } from "./parquet/read.ts";
import { requestsFile } from "./parquet-files.ts";

const sql = `
  SELECT request, sample, chunk, scheduled_ms, sent_ms, first_token_ms, last_token_ms, end_ms, output_tokens, error, cancelled, chunks, finish
  FROM read_parquet($requests) WHERE phase = 'measure' ORDER BY request`;

type Row = [
  number,
  number,
  number | null,
  number | null,
  number,
  number | null,
  number | null,
  number,
  number | null,
  string | null,
  boolean,
  number,
  string | null,
];

/** What a trial's folder says of a measured request. */
export type ReadRequest = StoredRequest & Pick<RequestRecord, "chunks" | "finish"> & { request: number };

/** The measured requests of a trial folder in the order of issue, warm-up left out; null where it has none stored. */
export async function readRequests(
  world: Pick<World, "files">,
  trialFolder: string,
): Promise<Result<ReadRequest[]> | null> {
  const requests = join(trialFolder, requestsFile.name);
  if (!(await world.files.exists(requests))) return null;
  const read = await readParquetRows(sql, { requests });
  if (!read.ok) return read;
  return succeed(
    (read.value as Row[]).map(
      ([
        request,
        sample,
        chunk,
        scheduled,
        sent,
        first,
        last,
        end,
        outputTokens,
        error,
        cancelled,
        chunks,
        finish,
      ]) => ({
        request,
        sample,
        chunk,
        scheduledNs: nanoseconds(scheduled),
        sentNs: nanoseconds(sent),
        firstTokenNs: nanoseconds(first),
        lastTokenNs: nanoseconds(last),
        endNs: nanoseconds(end),
        outputTokens,
        error,
        cancelled,
        chunks,
        finish,
      }),
    ),
  );
}

/** What the file holds in milliseconds was a whole number of nanoseconds. */
function nanoseconds(ms: number): number;
function nanoseconds(ms: number | null): number | null;
function nanoseconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1e6);
}
