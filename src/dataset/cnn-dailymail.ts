import { isAbsolute, join } from "node:path";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import type { DatasetDeclaration } from "../schema/workload.ts";
import type { DatasetRequest } from "./index.ts";
import { select } from "./selection.ts";

type CnnDeclaration = Extract<DatasetDeclaration, { kind: "cnn-dailymail" }>;

/** The files of the MLPerf reference (language/llama3.1-8b), with the records that each has; MLCommons' R2 downloader fetches them by these names. */
const forms = {
  eval: { file: "cnn_eval.json", records: 13_368, metadata: "llama3-1-8b-cnn-eval" },
  edge: { file: "sample_cnn_eval_5000.json", records: 5_000, metadata: "llama3-1-8b-sample-cnn-eval-5000" },
  calibration: {
    file: "cnn_dailymail_calibration.json",
    records: 1_000,
    metadata: "llama3-1-8b-cnn-dailymail-calibration",
  },
} as const;

/** The prompt of the reference implementation: no chat template. */
const promptOf = (article: string): string =>
  `Summarize the following news article in 128 tokens. Please output the summary only, without any other text.\n\nArticle:\n${article}\n\nSummary:`;

interface CnnRecord {
  input: string;
  tok_input: number[];
  output: string;
}

/** MLPerf's CNN/DailyMail. Found by `dataset.path`, else CETERIS_CNN_DAILYMAIL (a file or its folder), else in the study's `datasets/`. */
export async function cnnDailymail(declaration: CnnDeclaration, request: DatasetRequest): Promise<Result<Dataset>> {
  const { world, root, workload, seed } = request;
  const form = forms[declaration.form ?? "eval"];
  const named = declaration.path ?? world.variables["CETERIS_CNN_DAILYMAIL"];
  const places = (
    named === undefined
      ? [join(root, "datasets"), join(world.machine.homeFolder, ".cache/ceteris/datasets")]
      : [isAbsolute(named) ? named : join(root, named)]
  ).flatMap((place) => (place.endsWith(".json") ? [place] : [join(place, form.file)]));
  for (const path of places) {
    const text = await world.files.readText(path);
    if (text === null) continue;
    const records = parseRecords(text);
    if (typeof records === "string") return fail("dataset-broken", `${path}: ${records}`, hint(form));
    const samples = records.map((record, index) => sampleOf(record, index, workload.prompt));
    return succeed({
      name: `cnn-dailymail ${declaration.form ?? "eval"}`,
      samples: select(samples, workload.selection, seed),
      hasReferences: true,
      sha256: (await world.files.sha256(path)) ?? "",
      path,
      recognised: records.length === form.records,
    });
  }
  return fail(
    "dataset-missing",
    `${form.file} of MLPerf's CNN/DailyMail is not at ${places.join(" nor ")}`,
    hint(form),
  );
}

function hint(form: (typeof forms)[keyof typeof forms]): string {
  return (
    `Fetch it with MLCommons' r2-downloader (metadata ${form.metadata}.uri; mlcommons/inference, language/llama3.1-8b/README.md says how), ` +
    `put ${form.file} (${form.records} records) into the study's datasets/ or set CETERIS_CNN_DAILYMAIL to it. ` +
    "Without it, --sut simulated runs the same matrix on synthetic lengths of that shape."
  );
}

function parseRecords(text: string): CnnRecord[] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  if (!Array.isArray(parsed) || parsed.length === 0) return "not a list of records";
  for (const [place, record] of parsed.entries()) {
    const { input, tok_input: tokens, output } = record as Partial<CnnRecord>;
    if (typeof input !== "string" || typeof output !== "string" || !Array.isArray(tokens))
      return `record ${place} lacks input, tok_input or output`;
  }
  return parsed as CnnRecord[];
}

function sampleOf(record: CnnRecord, index: number, prompt: "text" | "tokens"): Sample {
  return {
    index,
    prompt: prompt === "tokens" ? { tokens: record.tok_input } : { text: promptOf(record.input) },
    reference: record.output,
    outputTokens: null,
    promptTokens: record.tok_input.length,
    turn: null,
  };
}
