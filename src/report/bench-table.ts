import { percentText } from "../math/figures.ts";
import type { Statistic } from "../schema/measurement.ts";
import type { Observation } from "../schema/observation.ts";
import type { Trial } from "../schema/trial.ts";
import { longestPauseMs } from "./bench-json.ts";
import { none } from "./numbers.ts";
import { relationOf, text } from "./relations/relation.ts";
import { terminalTable } from "./writers/terminal.ts";

const columns = ["mean", "p50", "p90", "p95", "p99", "max"] as const satisfies Statistic[];
const latencies = ["ttft", "ttft_sched", "tpot", "itl", "e2e", "e2e_sched"];
const rates = ["output_throughput_steady", "output_throughput", "request_throughput", "goodput"];

/** One trial of `bench`, with what there is to say of it. */
export interface BenchAnswer {
  trial: Trial;
  /** Null where nothing was seen: the server went away. */
  observation: Observation | null;
  requests: RequestCounts;
  /** Of the trial, relative to the working folder. */
  folder: string;
  server: { url: string; model: string };
  /** Requests in flight that were asked for; null of an open loop. */
  load: { concurrency: number | null };
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
}

/** What `bench` leaves on stdout for people: latencies, rates, how client and engine fared, the verdict, and the matrix that does the same. */
export function benchTable(answer: BenchAnswer): string {
  const { trial, load, folder } = answer;
  const marks = trial.origin === "simulated" ? ["SIMULATED: every number comes from a simulated engine.", ""] : [];
  return [
    "",
    ...marks,
    latencyTable(answer),
    ...rates.flatMap((metric) => rateLine(answer, metric)),
    line("requests", requestsText(answer)),
    ...lengthsLine(answer),
    line("in flight", inFlightText(answer)),
    line("client", clientText(answer)),
    line("verdict", `${trial.verdict.status}: ${trial.verdict.reason}`),
    ...(trial.verdict.failure ? [line("", trial.verdict.failure.hint)] : []),
    ...trial.verdict.checks.flatMap((check) => (check.status === "fail" ? [line("", check.remedy)] : [])),
    line("trial", folder),
    "",
    `The same as a matrix${load.concurrency === null ? ", at two rates" : ", at two concurrencies"}: save it as bench.yaml, then \`ceteris run bench.yaml\`.`,
    "",
    answer.matrix.trimEnd(),
    "",
  ].join("\n");
}

function latencyTable({ trial, load }: BenchAnswer): string {
  const shown = latencies.filter((metric) => load.concurrency === null || !metric.endsWith("_sched"));
  const whys = new Set<string>();
  const rows = shown.flatMap((metric) => {
    const own = trial.measurements.filter((row) => row.metric === metric);
    const [first] = own;
    if (!first) return [];
    for (const stat of columns) {
      const found = own.find((row) => row.stat === stat);
      if (found && found.value === null && found.why !== null) whys.add(`${metric} ${stat}: ${found.why}`);
    }
    // A gap between chunks of several tokens is no gap between tokens, wherever it is shown.
    const chunked = own.find(({ value, why }) => value !== null && why?.startsWith("inter-chunk"));
    if (chunked) whys.add(`${metric} is ${chunked.why}`);
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
  return `${terminalTable(relation)}${[...whys].map((why) => `  ${why}\n`).join("")}`;
}

function rateLine({ trial }: BenchAnswer, metric: string): string[] {
  const found = trial.measurements.find((row) => row.metric === metric && row.stat === "value");
  if (!found || (found.value === null && metric === "goodput")) return [];
  const why = found.why === null ? "" : ` (${found.why})`;
  const rate = found.value === null ? none : `${found.value.toFixed(2)} ${found.unit}`;
  return [line(metric.replaceAll("_", " "), `${rate}${why}`)];
}

function requestsText({ requests: { sent, finished, failed, resent } }: BenchAnswer): string {
  return `${sent} sent, ${finished} finished, ${failed} failed${resent === 0 ? "" : `, ${resent} resent`}`;
}

/** What came, beside what was asked for where that was a length. */
function lengthsLine({ trial }: BenchAnswer): string[] {
  const mean = (metric: string): number | null =>
    trial.measurements.find((row) => row.metric === metric && row.stat === "mean")?.value ?? null;
  const texts = ["output", "prompt"].flatMap((name) => {
    const [served, asked] = [mean(`${name}_tokens`), mean(`${name}_tokens_asked`)];
    if (served === null) return [];
    return [`${name} ${served.toFixed(1)}${asked === null ? "" : `, asked for ${asked.toFixed(1)}`}`];
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
  const cost = trial.measurements.find(({ metric }) => metric === "client_cpu_per_token")?.value ?? null;
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
