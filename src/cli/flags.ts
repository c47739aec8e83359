import { fidelities } from "../schema/fidelity.ts";

const text = (brief: string, placeholder: string) =>
  ({ kind: "parsed", parse: (value: string) => value, brief, placeholder, optional: true }) as const;
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
      brief: "another seed than the matrix's",
      placeholder: "N",
      optional: true,
    },
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
    requests: number("requests that are measured (default: 2000)", "N", countingNumber),
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
    fidelity: choice("what the verdict may say at best (default: screen)", fidelities),
    study: text("the study that the trial joins (default: bench-HOST-PORT-MODEL)", "NAME"),
    apiKeyEnv: text("the variable that holds the server's key (default: OPENAI_API_KEY)", "NAME"),
  },
  json: flag("data on stdout instead of text"),
  showCommand: text("the command line of one experiment, to paste into a shell", "ID"),
  out: text("write there instead", "FILE"),
  format: choice("how rows are written", ["table", "json", "csv", "markdown"]),
  tracking: text("the MLflow server (default: MLFLOW_TRACKING_URI)", "URL"),
  split: flag("split predictions and references into sentences first, as the MLPerf reference does"),
} as const;
