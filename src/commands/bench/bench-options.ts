import type { oneRateArrivals } from "../../schema/arrival-kinds.ts";
import type { Fidelity } from "../../schema/fidelity.ts";
import { fail, succeed, type Fault, type Result } from "../../schema/result.ts";
import type { LengthDistribution } from "../../schema/dataset-declaration.ts";
import type { ResultsOptions } from "../results-folder.ts";

/** The flags of `ceteris bench`, as they were given. Times in ms or s as named. */
export interface BenchOptions extends ResultsOptions {
  url: string;
  model?: string;
  concurrency?: number;
  requests?: number;
  /** Seconds for which requests are sent at least. */
  duration?: number;
  /** Tokens: one number, or `64-256` for a uniform spread. */
  inputTokens?: string;
  outputTokens?: string;
  sharedPrefixTokens?: number;
  /** Requests a second. */
  rate?: number;
  arrivals?: (typeof oneRateArrivals)[number];
  burstiness?: number;
  endpoint?: "chat" | "completions";
  prompt?: "text" | "tokens";
  dataset?: string;
  temperature?: number;
  topP?: number;
  topK?: number;
  ignoreEos: boolean;
  seed?: number;
  /** Seconds. */
  deadline?: number;
  warmup?: number;
  sloTtftMs?: number;
  sloTpotMs?: number;
  sloE2eMs?: number;
  /** Processes that share the load. */
  workers?: number;
  fidelity?: Fidelity;
  study?: string;
  apiKeyEnv?: string;
  json: boolean;
}

/** What is asked for, with the defaults that users of the peers expect. */
export interface BenchLoad {
  /** Measured at least; null where `seconds` alone are asked for. */
  requests: number | null;
  /** Seconds for which they are sent at least; null where their number alone says how long. */
  seconds: number | null;
  /** Requests kept in flight; null in an open loop. */
  concurrency: number | null;
  /** Requests a second; null in a closed loop. */
  rate: number | null;
  arrivals: { kind: "constant" | "poisson" } | { kind: "gamma"; burstiness: number } | null;
  endpoint: "chat" | "completions";
  prompt: "text" | "tokens";
  inputTokens: LengthDistribution;
  outputTokens: LengthDistribution;
  fidelity: Fidelity;
}

/** In the help too (src/cli/flags.ts). */
export const benchDefaults = { concurrency: 64, requests: 2000, inputTokens: "128", outputTokens: "128" };

/** The flags as one load. Flags that contradict each other are a fault that says which. */
export function loadOf(options: BenchOptions): Result<BenchLoad> {
  const contradiction = contradictionOf(options);
  if (contradiction) return contradiction;
  const inputTokens = lengthOf("--input-tokens", options.inputTokens ?? benchDefaults.inputTokens);
  if (!inputTokens.ok) return inputTokens;
  const outputTokens = lengthOf("--output-tokens", options.outputTokens ?? benchDefaults.outputTokens);
  if (!outputTokens.ok) return outputTokens;
  const requests = options.requests ?? (options.duration === undefined ? benchDefaults.requests : null);
  const rate = options.rate ?? null;
  const endpoint = options.endpoint ?? "completions";
  const asTokens = endpoint === "completions" && options.dataset === undefined;
  return succeed({
    requests,
    seconds: options.duration ?? null,
    concurrency:
      rate === null ? (options.concurrency ?? Math.min(benchDefaults.concurrency, requests ?? Infinity)) : null,
    rate,
    arrivals: rate === null ? null : arrivalsOf(options),
    endpoint,
    prompt: options.prompt ?? (asTokens ? "tokens" : "text"),
    inputTokens: inputTokens.value,
    outputTokens: outputTokens.value,
    fidelity: options.fidelity ?? "screen",
  });
}

/** The longest output that is asked for, in tokens. */
export function longest(lengths: LengthDistribution): number {
  return lengths.distribution === "fixed" ? lengths.value : lengths.max;
}

function arrivalsOf({ arrivals, burstiness }: BenchOptions): BenchLoad["arrivals"] {
  const kind = arrivals ?? (burstiness === undefined ? "poisson" : "gamma");
  return kind === "gamma" ? { kind, burstiness: burstiness ?? 1 } : { kind };
}

function refuse(message: string, hint: string): { ok: false; problem: Fault } {
  return fail("flags-contradict", message, hint);
}

function contradictionOf(options: BenchOptions): { ok: false; problem: Fault } | null {
  if (options.rate !== undefined && options.concurrency !== undefined)
    return refuse(
      "--rate and --concurrency are given both: an open loop keeps its schedule, whatever is in flight",
      "Take --rate for requests a second, or --concurrency for a number in flight.",
    );
  if (options.rate === undefined && (options.arrivals !== undefined || options.burstiness !== undefined))
    return refuse("--arrivals and --burstiness belong to an open loop", "Add --rate, in requests a second.");
  if (options.burstiness !== undefined && options.arrivals !== undefined && options.arrivals !== "gamma")
    return refuse(
      `--burstiness shapes gamma arrivals, not ${options.arrivals}`,
      "Take --arrivals gamma, or leave --burstiness out.",
    );
  if (options.endpoint === "chat" && options.prompt === "tokens")
    return refuse("the chat endpoint takes text alone", "Take --prompt text, or --endpoint completions.");
  if (options.dataset !== undefined && options.prompt === "tokens")
    return refuse("a dataset's prompts are text", "Leave --prompt out.");
  if (options.dataset !== undefined && (options.inputTokens !== undefined || options.sharedPrefixTokens !== undefined))
    return refuse(
      "a dataset's prompts have the lengths that they have",
      "Leave --input-tokens and --shared-prefix-tokens out, or --dataset.",
    );
  return null;
}

function lengthOf(flag: string, text: string): Result<LengthDistribution> {
  const [, least, most] = /^([1-9]\d*)(?:-([1-9]\d*))?$/.exec(text) ?? [];
  const [min, max] = [Number(least), Number(most)];
  if (least !== undefined && most === undefined) return succeed({ distribution: "fixed", value: min });
  if (most !== undefined && max >= min) return succeed({ distribution: "uniform", min, max });
  return fail(
    "bad-length",
    `${flag} takes tokens: one number or least-most, not \`${text}\``,
    "For instance 128, or 64-256.",
  );
}
