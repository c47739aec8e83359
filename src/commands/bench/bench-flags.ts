import { oneRateArrivals } from "../../schema/arrival-kinds.ts";
import { fidelities } from "../../schema/fidelity.ts";
import {
  said,
  parsed,
  text,
  number,
  choice,
  flag,
  wholeNumber,
  decimal,
  countingNumber,
  positive,
  rateOrInf,
  jsonObject,
  nameAndValue,
  percentile,
  integer,
} from "../flag-kinds.ts";
import { endpointFlags, jsonFlag, resultsFlags } from "../flags.ts";

/** Files that `--dataset` reads. */
const datasetFormats = ["jsonl", "sharegpt"] as const;

export const benchDefaults = { concurrency: 64, requests: 2000, inputTokens: "128", outputTokens: "128" };

/** Of `bench`: times in ms or s as their placeholders say. */
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
    "length of the prompts in tokens: 128, 64-256 for a uniform spread, or 128~20 for a normal one (mean, standard deviation)",
    benchDefaults.inputTokens,
  ),
  outputTokens: text("N", "length of the answers in tokens, likewise", benchDefaults.outputTokens),
  sharedPrefixTokens: number("N", wholeNumber, "tokens at the start of every prompt that are the same", 0),
  prefixGroups: number("N", countingNumber, "number of different shared prefixes, used in turn", 1),
  rate: number(
    "R|inf",
    rateOrInf,
    "open loop: requests a second, on a schedule that is made before the clock starts; instead of --concurrency. inf sends all requests at once",
  ),
  rampTo: number("R", positive, "the rate rises evenly from --rate to this one while the requests are sent"),
  maxInFlight: number("N", countingNumber, "with --rate: most requests that are open at once; one that is due waits"),
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
  dataset: text("FILE", 'lines of {"prompt", "reference"}, or a ShareGPT file, instead of synthetic prompts'),
  datasetFormat: choice(datasetFormats, "how --dataset is read", "sharegpt where its name ends in .json, else jsonl"),
  turns: text(
    "N",
    "conversations of this many questions (4, or 2-6), each sent with its history; `all` for the whole conversations of a ShareGPT file",
  ),
  think: number("S", decimal, "seconds between an answer and the next question of its conversation", 0),
  header: {
    ...text("NAME=VALUE", "a header of every request; NAME=env:VARIABLE for one that is a secret"),
    variadic: true,
  },
  extraBody: {
    ...parsed(jsonObject, "JSON"),
    ...said("members that are added to the body of every request: '{\"min_p\": 0.1}'"),
    optional: true,
  },
  temperature: number("T", decimal, "sampling; always sent, so that no default of the server decides", 0),
  topP: number("P", positive, "sampling, likewise", 1),
  topK: number("K", integer, "sampling, likewise", "1, or -1 with a temperature"),
  ignoreEos: flag("a dataset's answers go on to --output-tokens, as synthetic ones always do"),
  seed: number("N", wholeNumber, "of prompts, order and arrivals", "the same every time"),
  deadline: number("S", positive, "seconds after which a request has failed", 600),
  warmup: number(
    "N",
    wholeNumber,
    "at least this many warm-up requests, which are not measured",
    "8, and at least as many as are kept in flight",
  ),
  sloTtftMs: number("MS", positive, "goodput counts a request whose first token came within this time"),
  sloTpotMs: number("MS", positive, "and whose further tokens took at most this long each"),
  sloE2eMs: number("MS", positive, "and which took at most this long as a whole"),
  workers: number("N", countingNumber, "processes that share the load, one core each", 1),
  fidelity: choice(fidelities, "the best verdict that is possible; valid and submission need 600 s of load", "screen"),
  study: text("NAME", "the study that the trial joins", "bench-HOST-PORT[-PATH]-MODEL"),
  saveResult: flag("write the result as a JSON file as well, in the names of `vllm bench serve --save-result`"),
  resultDir: text("DIR", "the folder of that file", "the working folder"),
  resultFilename: text("NAME", "its name", "LABEL-RATEqps-MODEL-DATE.json, as vLLM calls it"),
  appendResult: flag("append the result to that file as a line of its own, as vLLM does; implies --save-result"),
  label: text("NAME", "the label in that file and in its name", "openai or openai-chat"),
  metadata: {
    ...parsed(nameAndValue, "NAME=VALUE"),
    ...said("a member of that file"),
    variadic: true,
    optional: true,
  },
  metricPercentiles: {
    ...parsed(percentile, "P"),
    ...said("percentiles of latencies in that file, with commas between", "99"),
    variadic: ",",
    optional: true,
  },
  ...resultsFlags,
  ...jsonFlag,
} as const;
