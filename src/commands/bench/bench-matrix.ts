import { createHash } from "node:crypto";
import { isAbsolute, relative, resolve } from "node:path";
import { certifies } from "../../schema/fidelity.ts";
import type { Json } from "../../schema/json.ts";
import { longest, type BenchLoad, type BenchOptions } from "./bench-options.ts";
import type { BenchServer } from "./bench-server.ts";
import { nameInScope } from "../../schema/knob-scopes.ts";
import { countText } from "../../math/figures.ts";

/** What a matrix may call a study (src/schema/matrix-file.ts). */
const longestName = 64;

/** `bench-<host>-<port>-<model>`, in the letters and the length of a study's name. */
export function benchStudyName(server: BenchServer): string {
  const { hostname, port, protocol } = new URL(server.url);
  const name = slug(`bench-${hostname}-${port || (protocol === "https:" ? "443" : "80")}-${server.model}`);
  if (name.length <= longestName) return name;
  const mark = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `${name.slice(0, longestName - mark.length - 1)}-${mark}`;
}

/** What one load is called among those of its server: `c64-in128-out128`, `r50-poisson-in128-out64-256`. */
export function benchName(load: BenchLoad, options: BenchOptions): string {
  const loop = load.concurrency === null ? `r${load.rate}-${load.arrivals?.kind}` : `c${load.concurrency}`;
  const asked = options.dataset === undefined ? `in${range(load.inputTokens)}` : "dataset";
  return `${loop}-${asked}-out${range(load.outputTokens)}${load.endpoint === "chat" ? "-chat" : ""}`;
}

/**
 * The matrix that does the same: what `bench` itself runs, less its one change, which stands there as an example of what
 * to vary. It is read by the same loader as a user's, so that it cannot say another thing than what was measured.
 */
export function benchMatrix(
  study: string,
  server: BenchServer,
  load: BenchLoad,
  options: BenchOptions,
  workingFolder: string,
): string {
  const name = benchName(load, options);
  const [knob, value] = exampleChange(load);
  const loop =
    load.concurrency === null
      ? `${load.rate} requests a second`
      : `${countText(load.concurrency, "request")} in flight`;
  const workload = workloadOf(load, options, workingFolder);
  return [
    `study: ${text(study)}`,
    `question: ${text(`How does ${server.model} answer under ${loop}?`)}`,
    `sut: ${flow({ engine: "endpoint", model: server.model, url: server.url, ...headersOf(server) })}`,
    `baseline: { id: ${text(name)} }`,
    "design:",
    "  kind: isolation",
    "  changes:",
    `    - { id: ${text(`${nameInScope(knob, "load")}-${value}`)}, set: ${flow({ [knob]: value })} }  # what to vary`,
    "workloads:",
    ...Object.entries(workload).map(([key, member], at) => `  ${at === 0 ? "-" : " "} ${key}: ${flow(member)}`),
    "repeats: 1",
    "order: declared",
    ...(options.seed === undefined ? [] : [`seed: ${options.seed}`]),
    `fidelity: ${load.fidelity}`,
    "",
  ].join("\n");
}

function headersOf({ headers }: BenchServer): { [key: string]: Json } {
  return Object.keys(headers).length === 0 ? {} : { headers };
}

function workloadOf(load: BenchLoad, options: BenchOptions, workingFolder: string): { [key: string]: Json } {
  const loop: { [key: string]: Json } = {
    ...(load.concurrency === null ? { rate: load.rate ?? 0 } : { concurrency: load.concurrency }),
    ...(options.workers === undefined || options.workers === 1 ? {} : { workers: options.workers }),
  };
  const slo = present({ ttft_ms: options.sloTtftMs, tpot_ms: options.sloTpotMs, e2e_ms: options.sloE2eMs });
  // What certifies has its shortest window where nothing else is asked for.
  const isAsked = options.requests !== undefined || options.duration !== undefined;
  const count = {
    ...(load.requests === null ? {} : { requests: load.requests }),
    ...(load.seconds === null ? {} : { seconds: load.seconds }),
  };
  return {
    workload: "bench",
    scenario: load.concurrency === null ? "open" : "closed",
    endpoint: load.endpoint,
    prompt: load.prompt,
    dataset: datasetOf(load, options, workingFolder),
    sampling: samplingOf(load, options),
    load: loop,
    ...(load.arrivals === null ? {} : { arrivals: { ...load.arrivals } }),
    ...(Object.keys(slo).length === 0 ? {} : { slo }),
    ...(options.warmup === undefined ? {} : { warmup: { requests: options.warmup } }),
    ...(options.deadline === undefined ? {} : { deadline_s: options.deadline }),
    ...(certifies(load.fidelity) && !isAsked ? {} : { counts: { [load.fidelity]: count } }),
  };
}

function datasetOf(load: BenchLoad, options: BenchOptions, workingFolder: string): { [key: string]: Json } {
  if (options.dataset !== undefined) {
    const inside = relative(workingFolder, resolve(workingFolder, options.dataset));
    return { kind: "jsonl", path: inside.startsWith("..") || isAbsolute(inside) ? options.dataset : inside };
  }
  return {
    kind: "synthetic",
    input_tokens: { ...load.inputTokens },
    output_tokens: { ...load.outputTokens },
    ...present({ shared_prefix_tokens: options.sharedPrefixTokens }),
  };
}

function samplingOf(load: BenchLoad, options: BenchOptions): { [key: string]: Json } {
  const most = longest(load.outputTokens);
  // Our default of top_k 1 is greedy: whoever asks for a temperature means to draw from all tokens.
  const topK = options.topK ?? ((options.temperature ?? 0) > 0 ? -1 : undefined);
  return {
    max_tokens: most,
    ...(options.ignoreEos ? { ignore_eos: true, min_tokens: most } : {}),
    ...present({ temperature: options.temperature, top_p: options.topP, top_k: topK }),
  };
}

/** Half the load, or twice of what cannot be halved. */
function exampleChange(load: BenchLoad): [string, number] {
  if (load.concurrency === null) return ["load.rate", (load.rate ?? 1) / 2];
  return ["load.concurrency", load.concurrency > 1 ? Math.floor(load.concurrency / 2) : 2];
}

function present(members: { [key: string]: number | undefined }): { [key: string]: Json } {
  const kept: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) kept[key] = value;
  return kept;
}

function range(lengths: BenchLoad["inputTokens"]): string {
  return lengths.distribution === "uniform" ? `${lengths.min}-${lengths.max}` : String(longest(lengths));
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-");
}

/** YAML's flow style. */
function flow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (value === null || typeof value !== "object")
    return typeof value === "string" ? text(value) : JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${key}: ${flow(member)}`)
    .join(", ")} }`;
}

/** Bare where YAML reads it as that text; else in JSON's quotes, which are YAML's too. */
function text(value: string): string {
  return /^[a-z][a-z_]*(-[a-z0-9]+)*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/.test(value)
    ? value
    : JSON.stringify(value);
}
