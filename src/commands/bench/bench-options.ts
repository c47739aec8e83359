import type { Fidelity } from "../../schema/fidelity.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { LengthDistribution } from "../../schema/dataset-declaration.ts";
import type { OptionsOf } from "../flag-kinds.ts";
import { benchDefaults, type benchFlags } from "./bench-flags.ts";

/** The flags of `ceteris bench`, as they were given. Times in ms or s as named. */
export type BenchOptions = OptionsOf<typeof benchFlags> & { url: string };

/** What is asked for, with the defaults that users of the peers expect. */
export interface BenchLoad {
  /** Measured at least; null where `seconds` alone are asked for. */
  requests: number | null;
  /** Seconds for which they are sent at least; null where their number alone says how long. */
  seconds: number | null;
  scenario: "closed" | "open" | "offline";
  /** Requests kept in flight by a closed loop; null elsewhere. */
  concurrency: number | null;
  /** Requests a second of an open loop, at its start; null elsewhere. */
  rate: number | null;
  /** Most requests that are open at once; null where nothing limits them, and in a closed loop. */
  maxInFlight: number | null;
  arrivals:
    | { kind: "constant" | "poisson" }
    | { kind: "gamma"; burstiness: number }
    | { kind: "ramp"; to: number; seconds: number }
    | null;
  endpoint: "chat" | "completions";
  prompt: "text" | "tokens";
  dataset: BenchDataset;
  inputTokens: LengthDistribution;
  outputTokens: LengthDistribution;
  fidelity: Fidelity;
}

/** Where prompts come from. `turns`: questions of a conversation; null where each request stands alone. */
export type BenchDataset =
  | { kind: "synthetic" }
  | { kind: "conversations"; turns: LengthDistribution }
  | { kind: "jsonl"; path: string }
  | { kind: "sharegpt"; path: string; turns: "first" | "all"; output: "recorded" | "natural" };

/** The flags as one load. Flags that contradict each other are a fault that says which. */
export function loadOf(options: BenchOptions): Result<BenchLoad> {
  const contradiction = contradictionOf(options);
  if (contradiction !== null) return fail("flags-contradict", ...contradiction);
  const inputTokens = lengthOf("--input-tokens", options.inputTokens ?? benchDefaults.inputTokens);
  if (!inputTokens.ok) return inputTokens;
  const outputTokens = lengthOf("--output-tokens", options.outputTokens ?? benchDefaults.outputTokens);
  if (!outputTokens.ok) return outputTokens;
  const dataset = datasetOf(options);
  if (!dataset.ok) return dataset;
  const requests = options.requests ?? (options.duration === undefined ? benchDefaults.requests : null);
  const scenario = options.rate === undefined ? "closed" : options.rate === Infinity ? "offline" : "open";
  const { kind } = dataset.value;
  const endpoint = options.endpoint ?? (kind === "conversations" ? "chat" : "completions");
  const asTokens = endpoint === "completions" && kind === "synthetic";
  return succeed({
    requests,
    seconds: options.duration ?? null,
    scenario,
    concurrency:
      scenario === "closed" ? (options.concurrency ?? Math.min(benchDefaults.concurrency, requests ?? Infinity)) : null,
    rate: scenario === "open" ? (options.rate ?? null) : null,
    maxInFlight: options.maxInFlight ?? (scenario === "offline" ? requests : null),
    arrivals: scenario === "open" ? arrivalsOf(options, requests) : null,
    endpoint,
    prompt: options.prompt ?? (asTokens ? "tokens" : "text"),
    dataset: dataset.value,
    inputTokens: inputTokens.value,
    outputTokens: outputTokens.value,
    fidelity: options.fidelity ?? "screen",
  });
}

/** A ramp lasts as long as is sent, or as its requests take on the way from one rate to the other. */
function arrivalsOf(options: BenchOptions, requests: number | null): BenchLoad["arrivals"] {
  const { arrivals, burstiness, rampTo, rate = 1, duration } = options;
  if (rampTo !== undefined) {
    const seconds = duration ?? (2 * (requests ?? benchDefaults.requests)) / (rate + rampTo);
    return { kind: "ramp", to: rampTo, seconds: Number(seconds.toPrecision(6)) };
  }
  const kind = arrivals ?? (burstiness === undefined ? "poisson" : "gamma");
  return kind === "gamma" ? { kind, burstiness: burstiness ?? 1 } : { kind };
}

function datasetOf({ dataset: path, datasetFormat, turns, outputTokens }: BenchOptions): Result<BenchDataset> {
  if (path !== undefined) {
    const kind = formatOf(path, datasetFormat);
    if (kind === "jsonl") return succeed({ kind, path });
    const output = outputTokens === undefined ? "recorded" : "natural";
    return succeed({ kind, path, turns: turns === undefined ? "first" : "all", output });
  }
  if (turns === undefined) return succeed({ kind: "synthetic" });
  const length = lengthOf("--turns", turns);
  return length.ok ? succeed({ kind: "conversations", turns: length.value }) : length;
}

/** ShareGPT's file is one JSON array, and is called so. */
function formatOf(path: string, asked: BenchOptions["datasetFormat"]): "jsonl" | "sharegpt" {
  return asked ?? (path.endsWith(".json") ? "sharegpt" : "jsonl");
}

/** What cannot be asked for together: what is wrong, and what to do. */
function contradictionOf(options: BenchOptions): [message: string, hint: string] | null {
  return loopContradiction(options) ?? promptContradiction(options) ?? fileContradiction(options);
}

function fileContradiction(options: BenchOptions): [message: string, hint: string] | null {
  const { saveResult, appendResult, resultDir, resultFilename } = options;
  if (saveResult || appendResult || (resultDir === undefined && resultFilename === undefined)) return null;
  return [
    `${resultFilename === undefined ? "--result-dir" : "--result-filename"} names a file that is not written by itself`,
    "Add --save-result, or --append-result to add a line to it.",
  ];
}

function loopContradiction(options: BenchOptions): [message: string, hint: string] | null {
  const { rate, concurrency, maxInFlight, arrivals, burstiness, rampTo, duration } = options;
  if (rate !== undefined && concurrency !== undefined)
    return [
      "--rate and --concurrency are given both: an open loop keeps its schedule, whatever is in flight",
      "Take --rate for requests a second, with --max-in-flight as a cap, or --concurrency for a number in flight.",
    ];
  if (rate === undefined && maxInFlight !== undefined)
    return ["--max-in-flight caps an open loop", "Add --rate, in requests a second, or take --concurrency."];
  const isShaped = arrivals !== undefined || burstiness !== undefined || rampTo !== undefined;
  if ((rate === undefined || rate === Infinity) && isShaped)
    return ["--arrivals, --burstiness and --ramp-to belong to an open loop", "Add --rate, in requests a second."];
  if (rate === Infinity && duration !== undefined)
    return ["--rate inf sends all requests at once, and --duration asks for a time", "Take --requests instead."];
  if (rampTo !== undefined && (arrivals !== undefined || burstiness !== undefined))
    return ["a ramp is paced evenly", "Leave --arrivals and --burstiness out, or --ramp-to."];
  if (burstiness !== undefined && arrivals !== undefined && arrivals !== "gamma")
    return [`--burstiness shapes gamma arrivals, not ${arrivals}`, "Take --arrivals gamma, or leave --burstiness out."];
  return null;
}

function promptContradiction(options: BenchOptions): [message: string, hint: string] | null {
  const { endpoint, prompt, dataset, datasetFormat, inputTokens, sharedPrefixTokens, prefixGroups, turns, think } =
    options;
  if (endpoint === "chat" && prompt === "tokens")
    return ["the chat endpoint takes text alone", "Take --prompt text, or --endpoint completions."];
  if (dataset !== undefined && prompt === "tokens") return ["a dataset's prompts are text", "Leave --prompt out."];
  if (dataset === undefined && datasetFormat !== undefined)
    return ["--dataset-format says how a file is read", "Add --dataset FILE."];
  if (dataset !== undefined && (inputTokens !== undefined || sharedPrefixTokens !== undefined))
    return [
      "a dataset's prompts have the lengths that they have",
      "Leave --input-tokens and --shared-prefix-tokens out, or --dataset.",
    ];
  if (prefixGroups !== undefined && sharedPrefixTokens === undefined)
    return ["--prefix-groups says how many different prefixes there are", "Add --shared-prefix-tokens."];
  if (turns === undefined && think !== undefined)
    return ["--think is the time between two turns of a conversation", "Add --turns."];
  if (turns !== undefined && endpoint === "completions")
    return ["conversations go to the chat endpoint", "Leave --endpoint out, or take --endpoint chat."];
  if (turns !== undefined && sharedPrefixTokens !== undefined)
    return ["conversations share no prefix but their own history", "Leave --shared-prefix-tokens out, or --turns."];
  if (turns !== undefined && dataset !== undefined && formatOf(dataset, datasetFormat) === "jsonl")
    return ["each line of the dataset is one request, without turns", "Take a ShareGPT file, or leave --turns out."];
  if (turns === "all" && dataset === undefined)
    return [
      "--turns all takes the conversations of a file",
      "Add --dataset FILE of ShareGPT's form, or give a number.",
    ];
  return null;
}

/** Standard deviations from its mean at which a normal spread is cut: 6 of 100,000 lengths lie beyond. */
const cut = 4;

function lengthOf(flag: string, text: string): Result<LengthDistribution> {
  const normal = /^([1-9]\d*)~(\d*\.?\d+)$/.exec(text);
  if (normal !== null) {
    const [mean, stdev] = [Number(normal[1]), Number(normal[2])];
    if (stdev === 0) return succeed({ distribution: "fixed", value: mean });
    const [min, max] = [Math.max(1, Math.floor(mean - cut * stdev)), Math.ceil(mean + cut * stdev)];
    return succeed({ distribution: "normal", mean, stdev, min, max });
  }
  const [, least, most] = /^([1-9]\d*)(?:-([1-9]\d*))?$/.exec(text) ?? [];
  const [min, max] = [Number(least), Number(most)];
  if (least !== undefined && most === undefined) return succeed({ distribution: "fixed", value: min });
  if (most !== undefined && max >= min) return succeed({ distribution: "uniform", min, max });
  return fail(
    "bad-length",
    `${flag} takes one number, least-most or mean~deviation, not \`${text}\``,
    "For instance 128, 64-256, or 128~20.",
  );
}
