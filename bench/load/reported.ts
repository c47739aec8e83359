import { readNumbers } from "./csv.ts";

/** What a client says of one request that finished. */
export interface Reported {
  /** The number in the prompt, by which the server's own row is found; null where the client makes its own prompts. */
  tag: number | null;
  ttftMs: number;
  /** (last − first token) ÷ (tokens − 1); null under two tokens. */
  tpotMs: number | null;
  tokens: number;
  /** Tokens whose time stamp is that of the one before: they came in one read. Null where nobody can tell. */
  sharedReads: number | null;
}

const columns = ["tag", "scheduled", "sent", "first", "last", "tokens", "usage", "shared"] as const;

/** One row of the CSV that `cclient.c` and `our-client.ts` write. Times are CLOCK_MONOTONIC in nanoseconds. */
export type ClientRow = { [column in (typeof columns)[number]]: number };

/** The text of that CSV. */
export function clientCsv(rows: readonly ClientRow[]): string {
  const lines = rows.map((row) => columns.map((column) => row[column]).join(","));
  return [columns.join(","), ...lines, ""].join("\n");
}

/** Reads it back as what the client reports. */
export function readReported(csv: string): Reported[] {
  return readNumbers(csv, columns).map(({ tag, sent, first, last, tokens, shared }) => ({
    tag,
    ttftMs: (first - sent) / 1e6,
    tpotMs: tokens < 2 ? null : (last - first) / 1e6 / (tokens - 1),
    tokens,
    sharedReads: shared,
  }));
}
