/** What a parquet file may hold. Whole numbers stay below 2^32, so that every one is a JavaScript number. */
export type ColumnType = "BOOLEAN" | "USMALLINT" | "UINTEGER" | "DOUBLE" | "VARCHAR";

/** A parquet file of a trial folder. The store's writer, the index's views and `docs/data.md` follow from these lists. */
export interface StoredTable<Column extends string = string> {
  name: string;
  /** What a row is. */
  row: string;
  columns: Readonly<Record<Column, readonly [type: ColumnType, meaning: string]>>;
}

const table = <Column extends string>(one: StoredTable<Column>): StoredTable<Column> => one;

export const requestsTable = table({
  name: "requests.parquet",
  row: "one request, warm-up included; times are milliseconds since the trial's clock started",
  columns: {
    request: ["UINTEGER", "number of the request in its trial, from 0"],
    sample: ["UINTEGER", "position of its prompt in the dataset, from 0"],
    phase: [
      "VARCHAR",
      "`measure`; `warmup` came before it and `tail` after it, and both count in rates alone, by what arrived or finished in the window",
    ],
    chunk: ["UINTEGER", "the client chunk it was part of; null without chunks"],
    session: ["UINTEGER", "the conversation; null where there is none"],
    turn: ["UINTEGER", "turn in the conversation; null where there is none"],
    class: ["VARCHAR", "name of its request class; null where the workload has none"],
    scheduled_ms: ["DOUBLE", "intended send; null in a closed loop, which has none"],
    sent_ms: ["DOUBLE", "actual send"],
    held_ms: [
      "DOUBLE",
      "how long `load.max_in_flight` held it back after it was due; null where the load has no such limit, and in older trials",
    ],
    first_token_ms: ["DOUBLE", "first token-bearing event; null where none came"],
    last_token_ms: ["DOUBLE", "last token-bearing event; null where none came"],
    end_ms: ["DOUBLE", "end of the answer, or of the attempt"],
    prompt_tokens: ["UINTEGER", "the server's count; null where it gave none, or one that cannot be true"],
    output_tokens: ["UINTEGER", "the server's count; null where it gave none, or one that cannot be true"],
    asked_prompt_tokens: [
      "UINTEGER",
      "the prompt's length as it was known before the send: token ids, the engine's count, or the words of a generated text that the engine did not count; null where it was not known",
    ],
    asked_output_tokens: ["UINTEGER", "the output length that this request asked for; null where it asked for none"],
    count_problem: [
      "VARCHAR",
      "why the server's counts cannot be true, so that nothing is computed from them; null where they can",
    ],
    chunks: ["UINTEGER", "stream events that bore tokens"],
    finish: ["VARCHAR", "the server's finish reason: `stop`, `length` …"],
    status: ["USMALLINT", "HTTP status; null where no answer came"],
    error: ["VARCHAR", "what went wrong; null where nothing did"],
    cancelled: ["BOOLEAN", "true where the client cut it off on purpose: neither finished nor failed"],
    resent: [
      "UINTEGER",
      "times that the client resent it, because the server had closed the kept connection without an answer; null in older trials",
    ],
    output_hash: ["VARCHAR", "sha256 of the answer's text; null where it was not kept"],
  },
});

export const tokensTable = table({
  name: "tokens.parquet",
  row: "one token-bearing event; those of a request stand behind each other, in order of arrival",
  columns: {
    request: ["UINTEGER", "`request` of requests.parquet"],
    ordinal: ["UINTEGER", "place among the events of its request, from 0"],
    at_ms: ["DOUBLE", "arrival, milliseconds since the trial's clock started"],
    gap_ms: ["DOUBLE", "since the event before of the same request; null for its first"],
    tokens: ["USMALLINT", "tokens that the event bore; null where the server did not say"],
  },
});

const series = {
  name: ["VARCHAR", "what was sampled"],
  unit: ["VARCHAR", "its unit"],
  at_s: ["DOUBLE", "seconds since the trial's clock started"],
  value: ["DOUBLE", "the sample; null where it could not be read"],
} as const;

export const engineMetricsTable = table({
  name: "engine-metrics.parquet",
  row: "one sample of a figure that the engine tells of itself",
  columns: series,
});

export const telemetryTable = table({
  name: "telemetry.parquet",
  row: "one sample of the machine, the GPU or the load generator",
  columns: series,
});

export const outputsTable = table({
  name: "outputs.parquet",
  row: "one answer of an accuracy trial; scores are F-measures in per cent",
  columns: {
    sample: ["UINTEGER", "position of its prompt in the dataset, from 0"],
    prediction: ["VARCHAR", "the answer"],
    reference: ["VARCHAR", "what a good answer says; null where the dataset has none"],
    rouge1: ["DOUBLE", "ROUGE-1"],
    rouge2: ["DOUBLE", "ROUGE-2"],
    rouge_l: ["DOUBLE", "ROUGE-L"],
    rouge_lsum: ["DOUBLE", "ROUGE-Lsum"],
  },
});
