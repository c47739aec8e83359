import { hash } from "node:crypto";
import { isAbsolute, relative, resolve } from "node:path";
import { certifies } from "../../schema/fidelity.ts";
import type { Json } from "../../schema/json.ts";
import { flowYaml, listItem, yamlText } from "../flow-yaml.ts";
import { type BenchLoad, type BenchOptions } from "./bench-options.ts";
import type { BenchServer } from "./bench-server.ts";
import { nameInScope } from "../../schema/knob.ts";
import { longestLength } from "../../schema/answer-lengths.ts";

/** What a matrix may call a study (src/schema/matrix-file.ts). */
const longestName = 64;

/** `bench-<host>-<port>-<model>`, behind the port the path where a gateway has several servers, in the letters and the length of a study's name. */
export function benchStudyName(server: BenchServer): string {
  const { hostname, port, protocol, pathname } = new URL(server.url);
  const place = `${hostname}-${port || (protocol === "https:" ? "443" : "80")}${pathname.replace(/\/$/, "")}`;
  const name = slug(`bench-${place}-${server.model}`);
  if (name.length <= longestName) return name;
  const mark = hash("sha256", name).slice(0, 6);
  return `${name.slice(0, longestName - mark.length - 1)}-${mark}`;
}

/** What one load is called among those of its server: `c64-in128-out128`, `r50-poisson-in128-out64-256`, `c8-sharegpt`. */
export function benchName(load: BenchLoad): string {
  const answers = hasRecordedAnswers(load) ? "" : `-out${range(load.outputTokens)}`;
  return `${loopName(load)}-${promptName(load)}${answers}${load.endpoint === "chat" ? "-chat" : ""}`;
}

function loopName({ scenario, concurrency, rate, maxInFlight, arrivals }: BenchLoad): string {
  if (scenario === "closed") return `c${concurrency}`;
  if (scenario === "offline") return `all${maxInFlight}`;
  return arrivals?.kind === "ramp" ? `r${rate}-to${arrivals.to}` : `r${rate}-${arrivals?.kind}`;
}

function promptName({ dataset, inputTokens }: BenchLoad): string {
  if (dataset.kind === "synthetic") return `in${range(inputTokens)}`;
  if (dataset.kind === "conversations") return `turns${range(dataset.turns)}-in${range(inputTokens)}`;
  return dataset.kind === "jsonl" ? "dataset" : `sharegpt${dataset.turns === "all" ? "-turns" : ""}`;
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
  const name = benchName(load);
  const [knob, value] = exampleChange(load);
  const workload = workloadOf(load, options, workingFolder);
  return [
    `study: ${yamlText(study)}`,
    `question: ${yamlText(`How does ${server.model} answer under load?`)}`,
    `sut: ${flowYaml({ engine: "endpoint", model: server.model, url: server.url, ...headersOf(server) })}`,
    `baseline: { id: ${yamlText(name)} }`,
    "design:",
    "  kind: isolation",
    "  changes:",
    `    - { id: ${yamlText(`${nameInScope(knob, "load")}-${value}`)}, set: ${flowYaml({ [knob]: value })} }  # what to vary`,
    "workloads:",
    ...listItem(workload),
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

/** The workload of a load, member by member as a matrix has it. */
export function workloadOf(load: BenchLoad, options: BenchOptions, workingFolder: string): { [key: string]: Json } {
  const loop = given({
    concurrency: load.concurrency,
    rate: load.rate,
    max_in_flight: load.maxInFlight,
    workers: options.workers === 1 ? null : options.workers,
  });
  const slo = given({ ttft_ms: options.sloTtftMs, tpot_ms: options.sloTpotMs, e2e_ms: options.sloE2eMs });
  // What certifies has its shortest window where nothing else is asked for.
  const isAsked = options.requests !== undefined || options.duration !== undefined;
  return {
    workload: "bench",
    scenario: load.scenario,
    endpoint: load.endpoint,
    prompt: load.prompt,
    dataset: datasetOf(load, options, workingFolder),
    sampling: samplingOf(load, options),
    load: loop,
    ...given({
      arrivals: load.arrivals && { ...load.arrivals },
      slo: Object.keys(slo).length === 0 ? null : slo,
      extra_body: options.extraBody,
      warmup: options.warmup === undefined ? null : { requests: options.warmup },
      deadline_s: options.deadline,
    }),
    ...(certifies(load.fidelity) && !isAsked
      ? {}
      : { counts: { [load.fidelity]: given({ requests: load.requests, seconds: load.seconds }) } }),
  };
}

function datasetOf(load: BenchLoad, options: BenchOptions, workingFolder: string): { [key: string]: Json } {
  const { dataset } = load;
  const tokens = { input_tokens: { ...load.inputTokens }, output_tokens: { ...load.outputTokens } };
  const think: { [key: string]: Json } =
    options.think === undefined ? {} : { think_s: { distribution: "fixed", value: options.think } };
  switch (dataset.kind) {
    case "synthetic": {
      const prefix = given({ shared_prefix_tokens: options.sharedPrefixTokens, prefix_groups: options.prefixGroups });
      return { kind: "synthetic", ...tokens, ...prefix };
    }
    case "conversations":
      return { kind: "conversations", turns: { ...dataset.turns }, ...tokens, ...think };
    case "jsonl":
      return { kind: "jsonl", path: shownPath(dataset.path, workingFolder) };
    case "sharegpt": {
      const own = { kind: "sharegpt", path: shownPath(dataset.path, workingFolder) };
      const output: { [key: string]: Json } = dataset.output === "natural" ? { output: "natural" } : {};
      return { ...own, ...(dataset.turns === "all" ? { turns: "all" } : {}), ...output, ...think };
    }
  }
}

/** Relative to the working folder where it lies in it. */
function shownPath(path: string, workingFolder: string): string {
  const inside = relative(workingFolder, resolve(workingFolder, path));
  return inside.startsWith("..") || isAbsolute(inside) ? path : inside;
}

function samplingOf(load: BenchLoad, options: BenchOptions): { [key: string]: Json } {
  const most = longestLength(load.outputTokens);
  // Our default of top_k 1 is greedy: whoever asks for a temperature means to draw from all tokens.
  const topK = options.topK ?? ((options.temperature ?? 0) > 0 ? -1 : undefined);
  const isRecorded = hasRecordedAnswers(load);
  return {
    ...(isRecorded ? {} : { max_tokens: most }),
    ...(options.ignoreEos && !isRecorded ? { ignore_eos: true, min_tokens: most } : {}),
    ...given({ temperature: options.temperature, top_p: options.topP, top_k: topK }),
  };
}

/** Without a length of their own the answers of a ShareGPT file are as long as the recorded ones. */
function hasRecordedAnswers({ dataset }: BenchLoad): boolean {
  return dataset.kind === "sharegpt" && dataset.output === "recorded";
}

/** Half the load, or twice of what cannot be halved. */
function exampleChange({ rate, concurrency, maxInFlight }: BenchLoad): [string, number] {
  if (rate !== null) return ["load.rate", rate / 2];
  const open = concurrency ?? maxInFlight ?? 1;
  return [concurrency === null ? "load.max_in_flight" : "load.concurrency", open > 1 ? Math.floor(open / 2) : 2];
}

/** The members that have a value. */
function given(members: { [key: string]: Json | undefined }): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value != null)) as { [key: string]: Json };
}

function range(lengths: BenchLoad["inputTokens"]): string {
  if (lengths.distribution === "normal") return `${lengths.mean}-sd${lengths.stdev}`;
  return lengths.distribution === "uniform" ? `${lengths.min}-${lengths.max}` : String(longestLength(lengths));
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-");
}
