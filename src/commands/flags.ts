import { initDesigns, usualEngine, usualModel, usualServer } from "./init/usual.ts";
import { comparisonReports } from "../schema/comparison.ts";
import {
  isReportFormat,
  reportFormats,
  reportKindNames,
  reportKinds,
  type ReportFormat,
} from "../schema/report-kind.ts";
import { fidelities } from "../schema/fidelity.ts";
import {
  said,
  parsed,
  asText,
  text,
  number,
  several,
  choice,
  flag,
  wholeNumber,
  decimal,
  blockOrAny,
  countingNumber,
  positive,
} from "./flag-kinds.ts";

/** Of every command that reads or writes results. */
export const resultsFlags = { results: text("DIR", "the results folder", "results") };

export const jsonFlag = { json: flag("data on stdout instead of text") };

const rowFormats = ["table", "json", "csv", "markdown"] as const;

/** Of the commands that print rows. */
const rowFlags = {
  format: choice(rowFormats, "how rows are written", "table"),
  out: text("FILE", "write there instead of to stdout"),
};

/** Of the commands that drive an endpoint which runs already. */
export const endpointFlags = {
  model: text("M", "the model's name in requests", "the first of /v1/models"),
  endpoint: choice(["chat", "completions"], "the route", "completions"),
  apiKeyEnv: text("NAME", "the variable that holds the server's key", "OPENAI_API_KEY"),
};

/** Of `plan` and `run`. */
const planningFlags = {
  sut: text("NAME", "another engine file for this run, for instance simulated or vllm-cpu", "the matrix's"),
  url: text(
    "URL",
    "a server that runs already, in the place of the matrix's; an engine that the matrix starts is replaced by `endpoint`",
  ),
  fidelity: choice(
    fidelities,
    "how much each trial measures, and the best verdict that it can get",
    "what the matrix says, else screen",
  ),
  seed: number("N", wholeNumber, "another seed: to a study that has trials already it adds blocks", "the matrix's"),
  repeats: number(
    "N",
    countingNumber,
    "blocks in which each row is measured, those of earlier runs included; more than there are adds blocks",
    "the matrix's",
  ),
};

/** Of `init`: what a terminal is asked for where it is not given. */
export const initFlags = {
  engine: text(
    "NAME",
    "an engine file: vllm, sglang, llama-cpp, endpoint",
    `${usualEngine}; with --url ${usualServer}`,
  ),
  model: text("M", "what the engine loads, or the name that an endpoint knows", usualModel),
  url: text("URL", "a server that runs already: the matrix sweeps the load on it"),
  compare: several(
    "CHANGE",
    "ready-made changes, such as fp8-weights or prefix-caching-off; docs/init.md lists them",
    "the first two that the engine has",
  ),
  design: choice(initDesigns, "each change alone, or each on top of those before it", "isolation"),
  from: several(
    "FILE",
    "make the matrix of files of `vllm bench sweep`, or of `vllm serve` and `vllm bench serve` command lines",
  ),
};

export const planFlags = {
  ...planningFlags,
  ...resultsFlags,
  ...jsonFlag,
  showCommand: text(
    "ROW",
    "print the command line that starts the engine for a row or an experiment, to paste into a shell",
  ),
  executor: text("NAME", "also check whether its jobs are long enough for a block: experiments/executors/NAME.yaml"),
};

export const runFlags = {
  ...planningFlags,
  ...resultsFlags,
  only: text("GLOB", "experiments whose name matches: fp8*, *·c4", "all"),
  block: {
    ...parsed(blockOrAny, "N"),
    ...said(
      "only this block of the plan, or `any`: one free block after the other; several runs can share a study this way",
      "all",
    ),
    optional: true,
  } as const,
  executor: text(
    "NAME",
    "hand the blocks out by experiments/executors/NAME.yaml instead; slurm and local ship",
    "run them here",
  ),
  emit: text("DIR", "write what --executor would hand out there, and submit nothing"),
  retry: choice(["failed", "invalid"], "run the trials that ended FAILED or INVALID again, as further attempts"),
  profile: text("ROW", "run this row alone once under the engine's profiler, and score nothing; see --profiler"),
  profiler: text("NAME", "a profiler of the engine file, for --profile", "the first one"),
  maxHours: number("H", positive, "no trial begins after so many hours; `run` again goes on", "no limit"),
  dryRun: flag("say what would be done, and do nothing"),
  tracking: text("URL", "the MLflow server", "MLFLOW_TRACKING_URI; without either, no MLflow"),
  ...jsonFlag,
};

const { sut, url, fidelity } = planningFlags;
const { model, apiKeyEnv } = endpointFlags;
/** Of `doctor`: those of `run` that decide what is looked at, and those of a server. */
export const doctorFlags = {
  sut,
  url,
  fidelity,
  model,
  apiKeyEnv,
  tracking: runFlags.tracking,
  ...resultsFlags,
  ...jsonFlag,
};

function reportFormat(value: string): ReportFormat {
  if (!isReportFormat(value)) throw new Error(`${value} is none of ${Object.keys(reportFormats).join(", ")}`);
  return value;
}

export const reportFlags = {
  ...resultsFlags,
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
  out: text(
    "PATH",
    "write the report there; of several formats the folder",
    "reports/out/STUDY.md; of --results DIR reports/out/DIR/STUDY.md",
  ),
} as const;

export const syncFlags = { ...resultsFlags, tracking: text("URL", "the MLflow server", "MLFLOW_TRACKING_URI") };

export const verifyFlags = {
  ...resultsFlags,
  ...jsonFlag,
  key: text("FILE", "exit 5 unless this key, public or private, signed all of it"),
};

export const signFlags = {
  ...resultsFlags,
  key: text("FILE", "the private key, Ed25519 as PEM", "CETERIS_SIGNING_KEY"),
  newKey: text("FILE", "make a key pair first: the private key goes there, the public one to FILE.pub"),
};

export const scoreFlags = {
  ...jsonFlag,
  split: flag("split predictions and references into sentences first, as the MLPerf reference does"),
};

export const compareFlags = {
  ...resultsFlags,
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
  ...rowFlags,
  format: choice([...rowFormats, "html"], "how it is written; html is a page with the answer and a chart", "table"),
};

export const queryFlags = { ...resultsFlags, ...rowFlags };

export const statusFlags = {
  ...resultsFlags,
  ...jsonFlag,
  watch: flag("show one study, refreshed, until its run ends: progress, its table, what failed"),
};

export const catalogueFlags = { out: text("FILE", "write it there", "sut/ENGINE-VERSION-knobs.yaml of the study") };

export const siteFlags = { ...resultsFlags, out: text("DIR", "the folder of the site", "reports/out/site") };

/** Share of the rate that is kept free on top of it where nothing else is asked. */
export const usualHeadroom = 0.2;

export const capacityFlags = {
  ...resultsFlags,
  rate: { ...parsed(positive, "R"), ...said("requests a second to be served within the SLO") },
  headroom: number("SHARE", decimal, "kept free on top of the rate: 0.2 asks for 20 % more", usualHeadroom),
  slo: several(
    "LIMIT=MS",
    "other limits than the workload's, from the stored requests: ttft_ms=300,tpot_ms=40,e2e_ms=5000",
    "the workload's",
  ),
  ...rowFlags,
};

export const loadgenFlags = {
  ruleset: { ...parsed(asText, "RULESET/MODEL"), ...said("rules and model: mlperf-inference-v6.1/llama3.1-8b") },
  scenario: { ...parsed(asText, "NAME"), ...said("a scenario of that model: Offline, Server, Interactive") },
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
  ...jsonFlag,
};

export const exportMlperfFlags = {
  ...resultsFlags,
  out: text("DIR", "the folder for the tree", "mlperf"),
  experiment: text("GLOB", "experiments whose name matches: fp8*", "all"),
  division: choice(["open", "closed"], "the division that the tree is made for", "open"),
  submitter: text("NAME", "the name of the submitter's folder", "ceteris"),
  facts: text("FILE.yaml", "what no trial knows of the system: status, type, storage, cooling; see docs/mlperf.md"),
  compliance: several("DIR", "a folder that ceteris loadgen --mode test06 has written"),
};
