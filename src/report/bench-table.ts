import { percentText } from "../math/figures.ts";
import { NS_PER_S } from "../math/units.ts";
import type { Statistic } from "../schema/measurement.ts";
import type { Observation } from "../schema/observation.ts";
import type { Trial } from "../schema/trial.ts";
import { longestPauseMs } from "./bench-json.ts";
import { none } from "./numbers.ts";
import { trialFigure } from "./relations/counted-trials.ts";
import { relationOf, text } from "./relations/relation.ts";
import { terminalTable } from "./writers/terminal.ts";

const columns = ["mean", "p50", "p90", "p95", "p99", "max"] as const satisfies Statistic[];
const latencies = ["ttft", "ttft_sched", "tpot", "itl", "e2e", "e2e_sched"];
const rates = ["output_throughput_steady", "output_throughput", "request_throughput"];

function isColumn(stat: string): boolean {
  return columns.some((column) => column === stat);
}

/** One trial of `bench`, with what there is to say of it. */
export interface BenchAnswer {
  trial: Trial;
  /** Null where nothing was seen: the server went away. */
  observation: Observation | null;
  requests: RequestCounts;
  /** Of the trial, relative to the working folder. */
  folder: string;
  server: { url: string; model: string };
  /** What was asked for: requests in flight, null of other loads than a closed loop. */
  load: { scenario: "closed" | "open" | "offline"; concurrency: number | null };
  /** Where `--save-result` wrote; null where it did not. */
  saved: string | null;
  /** The matrix that measures the same. */
  matrix: string;
}

/** Requests of the measured phase: sent, and how they ended. What was neither finished nor failed the client cut off on purpose. */
export interface RequestCounts {
  sent: number;
  finished: number;
  failed: number;
  /** Those that the client resent, since the server had closed the kept connection. */
  resent: number;
  /** The errors of those that failed, the commonest first. */
  errors: readonly { error: string; requests: number }[];
}

/** What the example of the matrix varies. */
const varied = { closed: "concurrencies", open: "rates", offline: "numbers in flight" };

/**
 * What `bench` leaves on stdout for people: latencies, rates, how client and engine fared, the verdict, and the matrix that does
 * the same. Where no request finished, the reason and what to do come first, and little follows.
 */
export function benchTable(answer: BenchAnswer): string {
  const { trial, load, folder, saved } = answer;
  const { status, reason, failure, checks } = trial.verdict;
  const simulated = "SIMULATED: every number comes from a simulated engine.";
  const marks = trial.origin === "simulated" ? [simulated, ""] : [];
  const remedies = checks.flatMap((check) => (check.status === "fail" ? [check.remedy] : []));
  const hints = failure ? [failure.hint] : [];
  const written = [line("trial", folder), ...(saved === null ? [] : [line("saved", saved)])];
  if (answer.requests.finished === 0)
    return [
      "",
      `${status}: ${reason}`,
      ...(failure ? hints : remedies).map((hint) => `  ${hint}`),
      "",
      line("requests", requestsText(answer)),
      ...written,
      ...marks.slice(0, 1),
      "",
    ].join("\n");
  return [
    "",
    ...marks,
    latencyTable(answer),
    ...rates.flatMap((metric) => rateLine(answer, metric)),
    ...totalLine(answer),
    ...goodputLine(answer),
    line("requests", requestsText(answer)),
    ...durationLine(answer),
    ...lengthsLine(answer),
    line("in flight", inFlightText(answer)),
    line("client", clientText(answer)),
    line("verdict", `${status}: ${reason}`),
    ...[...hints, ...remedies].map((hint) => line("", hint)),
    ...written,
    "",
    `The same as a matrix, at two ${varied[load.scenario]}: save it as bench.yaml, then \`ceteris run bench.yaml\`.`,
    "",
    answer.matrix.trimEnd(),
    "",
  ].join("\n");
}

function latencyTable({ trial, load }: BenchAnswer): string {
  const shown = latencies.filter((metric) => load.scenario === "open" || !metric.endsWith("_sched"));
  // Metrics of the same requests lack a figure for the same reason, which is said once.
  const whys = new Map<string, string[]>();
  const rows = shown.flatMap((metric) => {
    const own = trial.measurements.filter((row) => row.metric === metric);
    const [first] = own;
    if (!first) return [];
    const missing = own.filter(({ stat, value, why }) => value === null && why !== null && isColumn(stat));
    for (const [said, all] of Map.groupBy(missing, ({ why }) => why)) {
      const stats = all.length === columns.length ? "" : ` ${all.map(({ stat }) => stat).join(", ")}`;
      const why = `${stats}: ${said}`;
      whys.set(why, [...(whys.get(why) ?? []), metric]);
    }
    // A gap between chunks of several tokens is no gap between tokens, wherever it is shown.
    const chunked = own.find(({ value, why }) => value !== null && why?.startsWith("inter-chunk"));
    if (chunked) whys.set(` is ${chunked.why}`, [metric]);
    return [{ name: chunked ? `${metric} (inter-chunk)` : metric, unit: first.unit, own }];
  });
  if (rows.length === 0) return "";
  const relation = relationOf("latencies", rows, [
    text("metric", "", ({ name }) => name),
    text("unit", "", ({ unit }) => unit),
    ...columns.map((stat) =>
      text<(typeof rows)[number]>(
        stat,
        stat,
        ({ own }) => own.find((row) => row.stat === stat)?.value?.toFixed(2) ?? none,
      ),
    ),
  ]);
  const reasons = [...whys].map(([why, metrics]) => `  ${metrics.join(", ")}${why}\n`);
  return `${terminalTable(relation)}${reasons.join("")}`;
}

function rateLine({ trial }: BenchAnswer, metric: string): string[] {
  const found = trial.measurements.find((row) => row.metric === metric && row.stat === "value");
  if (!found) return [];
  const why = found.why === null ? "" : ` (${found.why})`;
  const rate = found.value === null ? none : `${found.value.toFixed(2)} ${found.unit}`;
  return [line(metric.replaceAll("_", " "), `${rate}${why}`)];
}

function figureOf({ trial }: Pick<BenchAnswer, "trial">, metric: string, stat: Statistic): number | null {
  return trialFigure(trial, metric, stat, null);
}

/** Prompt and output tokens a second, over the same span as the rates above it. */
function totalLine(answer: BenchAnswer): string[] {
  const output = figureOf(answer, "output_throughput", "value");
  const requests = figureOf(answer, "request_throughput", "value");
  const prompt = figureOf(answer, "prompt_tokens", "mean");
  if (output === null || requests === null || prompt === null) return [];
  return [line("total throughput", `${(output + requests * prompt).toFixed(2)} tok/s, prompt and output tokens`)];
}

/** Nothing where the load has no limits. */
function goodputLine(answer: BenchAnswer): string[] {
  const rate = figureOf(answer, "goodput", "value");
  const share = figureOf(answer, "goodput_share", "value");
  if (rate === null) return [];
  const of = share === null ? "" : `, ${share.toFixed(1)} % of the requests`;
  return [line("goodput", `${rate.toFixed(2)} req/s${of}`)];
}

function durationLine({ observation }: BenchAnswer): string[] {
  if (observation === null) return [];
  const { startNs, endNs } = observation.window;
  return [line("duration", `${((endNs - startNs) / NS_PER_S).toFixed(2)} s measured`)];
}

function requestsText({ requests: { sent, finished, failed, resent, errors } }: BenchAnswer): string {
  const [first] = errors;
  const others = errors.length > 1 ? `${first!.requests} of them` : "";
  const why = first === undefined ? "" : ` (${others}${others === "" ? "" : ": "}${first.error})`;
  return `${sent} sent, ${finished} finished, ${failed} failed${why}${resent === 0 ? "" : `, ${resent} resent`}`;
}

/** What came, beside what was asked for where that was a length. */
function lengthsLine(answer: BenchAnswer): string[] {
  const texts = ["output", "prompt"].flatMap((name) => {
    const [served, asked] = [`${name}_tokens`, `${name}_tokens_asked`].map((one) => figureOf(answer, one, "mean"));
    if (served == null) return [];
    const carries = name === "prompt" && figureOf(answer, "turn_throughput", "value") !== null;
    const history = carries ? " with the history" : "";
    return [`${name} ${served.toFixed(1)}${history}${asked == null ? "" : `, asked for ${asked.toFixed(1)}`}`];
  });
  return texts.length === 0 ? [] : [line("mean tokens", texts.join("; "))];
}

function inFlightText({ observation, load }: BenchAnswer): string {
  if (!observation) return none;
  const { heldMean, heldMax } = observation.inFlight;
  const held = `${heldMean.toFixed(1)} on average, ${heldMax} at most`;
  return load.concurrency === null ? held : `${load.concurrency} asked, held ${held}`;
}

function clientText({ observation, trial }: BenchAnswer): string {
  if (!observation) return none;
  const cost = figureOf({ trial }, "client_cpu_per_token", "value");
  const { loopDelayMs, readDelayMs, cpuShare } = observation.client;
  const pauseMs = longestPauseMs(observation.client);
  return [
    cost === null ? "CPU per token unknown" : `${cost.toFixed(2)} µs of CPU per token`,
    `${percentText(cpuShare, 0)} of a core`,
    loopDelayMs === null
      ? "delay of its loop not sampled"
      : `its loop late by ${loopDelayMs.p50.toFixed(2)} ms (p50), ${loopDelayMs.p99.toFixed(2)} ms (p99)`,
    readDelayMs === null
      ? "times of arrival taken when it read"
      : `times of arrival from the kernel, read ${readDelayMs.p99.toFixed(2)} ms after (p99)`,
    ...(pauseMs === 0 ? [] : [`paused for up to ${pauseMs.toFixed(0)} ms`]),
  ].join(", ");
}

function line(name: string, said: string): string {
  return `${name.padEnd(26)}${said}`;
}
