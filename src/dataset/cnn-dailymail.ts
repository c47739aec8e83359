import { join, resolve } from "node:path";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import type { DatasetRequest, Declaration } from "./index.ts";
import { select } from "./selection.ts";
import { readTextFile } from "./text-file.ts";

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

/** The prompt of the reference implementation of Llama 3.1 8B: no chat template. */
const llamaPrompt = (article: string): string =>
  `Summarize the following news article in 128 tokens. Please output the summary only, without any other text.\n\nArticle:\n${article}\n\nSummary:`;

/** That of GPT-J's (language/gpt-j/dataset.py), whose file has no token ids and the same instruction in each record. */
const gptjPrompt = (instruction: string, article: string): string =>
  "Below is an instruction that describes a task, paired with an input that provides further context. " +
  `Write a response that appropriately completes the request.\n\n### Instruction:\n${instruction}\n\n### Input:\n${article}\n\n### Response:`;

interface CnnRecord {
  input: string;
  output: string;
  /** Of the files for Llama. */
  tok_input?: number[];
  /** A text in GPT-J's file. */
  instruction?: unknown;
}

/** MLPerf's CNN/DailyMail. Found by `dataset.path`, else CETERIS_CNN_DAILYMAIL (a file or its folder), else in the study's `datasets/`. */
export async function cnnDailymail(
  declaration: Declaration<"cnn-dailymail">,
  request: DatasetRequest,
): Promise<Result<Dataset>> {
  const { world, root, workload, seed } = request;
  const form = forms[declaration.form ?? "eval"];
  const named = declaration.path ?? world.variables["CETERIS_CNN_DAILYMAIL"];
  const places = (
    named === undefined
      ? [join(root, "datasets"), join(world.machine.homeFolder, ".cache/ceteris/datasets")]
      : [resolve(root, named)]
  ).flatMap((place) => (place.endsWith(".json") ? [place] : [join(place, form.file)]));
  for (const path of places) {
    const text = await readTextFile(world.files, path);
    if (text === null) continue;
    if (!text.ok) return text;
    const records = parseRecords(text.value);
    if (typeof records === "string") return fail("dataset-broken", `${path}: ${records}`, hint(form));
    if (workload.prompt === "tokens" && records[0]?.tok_input === undefined) {
      const message = `${path} is in GPT-J's form, which has no token ids, and the workload says \`prompt: tokens\``;
      return fail("dataset-is-text", message, `Set \`prompt: text\`, or take ${form.file} of Llama 3.1 8B.`);
    }
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
    const { input, tok_input: tokens, instruction, output } = (record ?? {}) as Partial<CnnRecord>;
    const asked = Array.isArray(tokens) || (tokens === undefined && typeof instruction === "string");
    if (typeof input !== "string" || typeof output !== "string" || !asked)
      return `record ${place} lacks input, output, or one of tok_input (Llama's form) and instruction (GPT-J's)`;
    if ((tokens === undefined) !== ((parsed[0] as CnnRecord).tok_input === undefined))
      return `record ${place} is of another form than the first: only one of them has tok_input`;
  }
  return parsed as CnnRecord[];
}

function sampleOf(record: CnnRecord, index: number, prompt: "text" | "tokens"): Sample {
  const { input, tok_input: tokens, instruction, output } = record;
  const text = tokens === undefined ? gptjPrompt(String(instruction), input) : llamaPrompt(input);
  return {
    index,
    prompt: prompt === "tokens" && tokens !== undefined ? { tokens } : { text },
    reference: output,
    outputTokens: null,
    promptTokens: tokens?.length ?? null,
    turn: null,
  };
}
