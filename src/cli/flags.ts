import { fidelities } from "../schema/fidelity.ts";

const text = (brief: string, placeholder: string) =>
  ({ kind: "parsed", parse: (value: string) => value, brief, placeholder, optional: true }) as const;
const needed = (brief: string, placeholder: string) =>
  ({ kind: "parsed", parse: (value: string) => value, brief, placeholder }) as const;
/** Given several times, or with commas between. */
const several = (brief: string, placeholder: string) => ({ ...text(brief, placeholder), variadic: "," }) as const;
const choice = (brief: string, values: readonly string[]) => ({ kind: "enum", values, brief, optional: true }) as const;
const flag = (brief: string) => ({ kind: "boolean", brief, default: false, withNegated: false }) as const;

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
  const number = wholeNumber(value);
  if (number === 0) throw new Error("0 is too few: 1 at least");
  return number;
}

function positive(value: string): number {
  const number = decimal(value);
  if (number === 0) throw new Error("0 is too little");
  return number;
}

function integer(value: string): number {
  if (!/^-?\d+$/.test(value)) throw new Error(`${value} is not a whole number`);
  return Number(value);
}

const number = (brief: string, placeholder: string, parse: (value: string) => number) =>
  ({ kind: "parsed", parse, brief, placeholder, optional: true }) as const;

/** The flags of DESIGN §9, each written once. */
export const flags = {
  results: { results: text("the results folder (default: results)", "DIR") },
  planning: {
    sut: text("another engine file for this run, for instance simulated or vllm-cpu", "NAME"),
    fidelity: choice("how long and how much (default: what the matrix says, else screen)", fidelities),
    seed: {
      kind: "parsed",
      parse: wholeNumber,
      brief: "another seed than the matrix's: of a study that has trials it adds blocks",
      placeholder: "N",
      optional: true,
    },
    repeats: number(
      "blocks in all in which each row is measured; more than there are adds blocks",
      "N",
      countingNumber,
    ),
  },
  running: {
    only: text("experiments whose name matches: fp8*, *@concurrency=4", "GLOB"),
    retry: choice("another attempt at the trials that ended so", ["failed", "invalid"]),
    dryRun: flag("say what would be done, and do nothing"),
    tracking: text("the MLflow server (default: MLFLOW_TRACKING_URI; none: no MLflow)", "URL"),
  },
  bench: {
    model: text("the model's name in requests (default: the first of /v1/models)", "M"),
    concurrency: number("closed loop: requests kept in flight (default: 64)", "N", countingNumber),
    requests: number(
      "requests that are measured, at least (default: 2000, or what --duration takes)",
      "N",
      countingNumber,
    ),
    duration: number("seconds for which they are sent, at least; with --requests until both are met", "S", positive),
    inputTokens: text("length of the prompts in tokens: 128, or 64-256 (default: 128)", "N"),
    outputTokens: text("length of the answers in tokens: 128, or 64-256 (default: 128)", "N"),
    sharedPrefixTokens: number("tokens at the start of every prompt that are the same", "N", wholeNumber),
    rate: number("open loop: requests a second, on a schedule made before", "R", positive),
    arrivals: choice("when the requests of an open loop are due (default: poisson)", ["constant", "poisson", "gamma"]),
    burstiness: number("shape of gamma arrivals: 1 is Poisson, less is burstier", "B", positive),
    endpoint: choice("the route (default: completions)", ["chat", "completions"]),
    prompt: choice("what is sent (default: tokens for synthetic prompts on completions)", ["text", "tokens"]),
    dataset: text('lines of {"prompt", "reference"} instead of synthetic prompts', "FILE.jsonl"),
    temperature: number("of the sampling (default: 0)", "T", decimal),
    topP: number("of the sampling (default: 1)", "P", positive),
    topK: number("of the sampling (default: 1, or -1 with a temperature)", "K", integer),
    ignoreEos: flag("a dataset's answers go on to --output-tokens, as synthetic ones always do"),
    seed: number("of prompts, order and arrivals (default: the same every time)", "N", wholeNumber),
    deadline: number("seconds after which a request has failed (default: 600)", "S", positive),
    warmup: number("requests sent first and left out (default: 8, and --concurrency at least)", "N", wholeNumber),
    sloTtftMs: number("a request meets the SLO below this time to its first token", "MS", positive),
    sloTpotMs: number("and below this time for each further token", "MS", positive),
    sloE2eMs: number("and below this time for the whole of it", "MS", positive),
    workers: number("processes that share the load, one core each (default: 1)", "N", countingNumber),
    fidelity: choice("what the verdict may say at best (default: screen)", fidelities),
    study: text("the study that the trial joins (default: bench-HOST-PORT-MODEL)", "NAME"),
    apiKeyEnv: text("the variable that holds the server's key (default: OPENAI_API_KEY)", "NAME"),
  },
  loadgen: {
    ruleset: needed("rules and model: mlperf-inference-v6.1/llama3.1-8b", "RULESET/MODEL"),
    scenario: needed("a scenario of that model: Server, Offline", "NAME"),
    rate: {
      kind: "parsed",
      parse: positive,
      brief: "queries a second: those of Server, elsewhere what is expected (Offline: samples)",
      placeholder: "R",
    },
    mode: choice("latencies, every answer once, or a compliance test (default: performance)", [
      "performance",
      "accuracy",
      "test06",
    ]),
    dataset: text('lines of {"prompt"}, or cnn-dailymail, instead of synthetic prompts', "FILE.jsonl"),
    inputTokens: number("length of synthetic prompts in tokens (default: 128)", "N", countingNumber),
    outputTokens: number("length of their answers in tokens (default: 128)", "N", countingNumber),
    samples: number("the first so many samples alone", "N", countingNumber),
    endpoint: choice("the route (default: completions)", ["chat", "completions"]),
    tokenIds: flag("ask for token ids (vLLM's return_token_ids), which then stand in the accuracy log"),
    eosTokenIds: several("ids that end a sequence of the model, for --mode test06", "ID"),
    minDuration: number("seconds, instead of the ruleset's", "S", positive),
    minQueries: number("queries at least, instead of the ruleset's", "N", countingNumber),
    maxInFlight: number("requests open at once at most; what is due waits, its clock running", "N", countingNumber),
    deadline: number("seconds without a byte after which a request has failed (default: 600)", "S", positive),
    model: text("the model's name in requests (default: the first of /v1/models)", "M"),
    apiKeyEnv: text("the variable that holds the server's key (default: OPENAI_API_KEY)", "NAME"),
    out: text("a new folder for the logs (default: below loadgen)", "DIR"),
  },
  exportMlperf: {
    out: text("the folder for the tree (default: mlperf)", "DIR"),
    experiment: text("experiments whose name matches: fp8*", "GLOB"),
    division: choice("the division that the tree is made for (default: open)", ["open", "closed"]),
    submitter: text("the name of the submitter's folder (default: ceteris)", "NAME"),
    facts: text("what no trial knows of the system: status, type, storage, cooling, see docs/mlperf.md", "FILE.yaml"),
    compliance: several("a folder that ceteris loadgen --mode test06 has written", "DIR"),
  },
  compare: {
    metric: several("metrics that are shown: output_throughput, ttft.p99", "NAME[.STAT]"),
    failOn: several("exit 5 unless this change is ruled out: 'output_throughput<=-3%', 'ttft.p99>=+5%'", "GATE"),
  },
  json: flag("data on stdout instead of text"),
  showCommand: text("the command line of one experiment, to paste into a shell", "ID"),
  out: text("write there instead", "FILE"),
  format: choice("how rows are written", ["table", "json", "csv", "markdown"]),
  tracking: text("the MLflow server (default: MLFLOW_TRACKING_URI)", "URL"),
  split: flag("split predictions and references into sentences first, as the MLPerf reference does"),
} as const;
