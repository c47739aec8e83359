/**
 * Our scheduler beside the official LoadGen, against the same simulated engine, by the same ruleset and its seeds:
 *
 *   npm run bench:loadgen                       Server and Offline, about 20 s each: a minute and a half
 *   npm run bench:loadgen -- --seconds 60 --rate 40
 *
 * The official side is `ceteris loadgen`, ours `ceteris run` and `ceteris export mlperf`; both leave LoadGen's logs, which
 * one reader reads. Counts, order and schedule have to be equal, headline figures within 1 %. Everything is SIMULATED.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { parseLoadgenDetail, scalarText, type LoadgenDetail } from "../src/importers/loadgen-log.ts";
import { settingsOfLog } from "./loadgen-parity/loadgen-settings.ts";
import { generateQueries } from "../src/math/loadgen/queries.ts";
import { realWorld } from "../src/world/real-world.ts";
import { readRequests } from "../src/store/index.ts";
import { ceteris, startEngine } from "./loadgen-parity/processes.ts";
import { inFlight, writeStudy, type ParityRequest } from "./loadgen-parity/study.ts";
import { told } from "./loadgen-parity/table.ts";

/** One scenario on both sides. */
export interface Parity {
  scenario: string;
  queries: { official: number; ours: number };
  durationNs: { official: number; ours: number };
  /** Samples in the order of issue, equal or not. */
  sameOrder: boolean;
  /** Of Server: the largest difference between our due times and those of LoadGen's seeds, in ns. */
  scheduleOffNs: number;
  /** How late the official LoadGen's issues reached its client, after its own schedule, in ms. */
  officialLateMs: { p50: number; max: number } | null;
  /** Figures that both logs have, ours ÷ the official one. The headline ones are to be within 1 %. */
  figures: { key: string; official: number; ours: number; headline: boolean }[];
  results: { official: string; ours: string };
}

const headlines: Readonly<Record<ParityRequest["scenario"], string[]>> = {
  Server: [
    "result_completed_tokens_per_second",
    "result_completed_samples_per_sec",
    "result_scheduled_samples_per_sec",
  ],
  Offline: ["result_tokens_per_second", "result_samples_per_second"],
};

const others = [
  "result_mean_latency_ns",
  "result_99.00_percentile_latency_ns",
  "result_first_token_50.00_percentile_latency_ns",
  "result_time_per_output_token_50.00_percentile_ns",
  "result_time_per_output_token_99.00_percentile_ns",
];

/** Runs both sides in a folder of its own, which is removed, and ends what it started. */
export async function parityOf(request: ParityRequest): Promise<Parity> {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-parity-"));
  const engine = await startEngine(folder);
  try {
    writeStudy(folder, engine.url, request);
    const official = await officialSide(folder, engine.url, request);
    const ours = await ourSide(folder, request);
    return compare(request, official, ours);
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Side {
  detail: LoadgenDetail;
  order: number[];
  /** Ours: when each was due. The official side: when its client was told. From the first, in ns. */
  atNs: (number | null)[];
}

async function officialSide(folder: string, url: string, request: ParityRequest): Promise<Side> {
  const { scenario, rate } = request;
  const logs = `official-${scenario}`;
  const named = ["--ruleset", "parity/small", "--scenario", scenario, "--rate", String(rate), "--out", logs];
  // INVALID, with 4, for early stopping of so few queries.
  await ceteris(
    folder,
    ["loadgen", url, ...named, "--dataset", "prompts.jsonl", "--max-in-flight", String(inFlight)],
    [0, 4],
  );
  const record = JSON.parse(readFileSync(join(folder, logs, "bridge.json"), "utf8")) as {
    order: number[];
    issued_ns: number[];
    failures: unknown[];
  };
  if (record.failures.length > 0) throw new Error(`requests failed: ${JSON.stringify(record.failures[0])}`);
  return { detail: detailAt(join(folder, logs)), order: record.order, atNs: record.issued_ns };
}

async function ourSide(folder: string, { scenario }: ParityRequest): Promise<Side> {
  const study = `parity-${scenario.toLowerCase()}`;
  // Exit code 4: early stopping again, and the checks of our own that so short a run does not pass.
  await ceteris(folder, ["run", `${study}.yaml`, "--only", "baseline"], [0, 4]);
  await ceteris(folder, ["export", "mlperf", study, "--out", "ours"], [0]);
  const logs = readdirSync(join(folder, "ours"), { recursive: true, encoding: "utf8" }).find((path) =>
    path.endsWith(join(scenario, "performance/run_1/mlperf_log_detail.txt")),
  );
  if (logs === undefined) throw new Error(`nothing was exported for ${scenario}`);
  const trials = readdirSync(join(folder, "results", study), { recursive: true, encoding: "utf8" });
  const trial = trials.find((path) => path.endsWith("requests.parquet"));
  const read = trial && (await readRequests(realWorld(), dirname(join(folder, "results", study, trial))));
  const requests = read && read.ok ? read.value : [];
  const startNs = requests[0]?.scheduledNs ?? 0;
  return {
    detail: detailAt(dirname(join(folder, "ours", logs))),
    order: requests.map(({ sample }) => sample),
    atNs: requests.map(({ scheduledNs }) => (scheduledNs === null ? null : scheduledNs - startNs)),
  };
}

function compare({ scenario }: ParityRequest, official: Side, ours: Side): Parity {
  const settings = settingsOfLog(official.detail);
  if (!settings.ok) throw new Error(settings.problem.message);
  const [generated] = generateQueries(settings.value);
  const due = scenario === "Server" ? (generated?.scheduledNs ?? []) : [];
  const off = Array.from(due, (ns, place) => Math.abs(ns - (ours.atNs[place] ?? Number.NaN)));
  const late = Array.from(due, (ns, place) => ((official.atNs[place] ?? Number.NaN) - ns) / 1e6).toSorted(
    (left, right) => left - right,
  );
  const both = (key: string) => ({ official: numberAt(official.detail, key), ours: numberAt(ours.detail, key) });
  const pairs = [
    ...headlines[scenario].map((key) => ({ key, headline: true, ...both(key) })),
    ...others.map((key) => ({ key, headline: false, ...both(key) })),
  ];
  return {
    scenario,
    queries: both("generated_query_count"),
    durationNs: both("generated_query_duration"),
    sameOrder:
      official.order.length === ours.order.length && official.order.every((at, place) => at === ours.order[place]),
    scheduleOffNs: Math.max(0, ...off),
    officialLateMs: late.length === 0 ? null : { p50: late[Math.floor(late.length / 2)] ?? 0, max: late.at(-1) ?? 0 },
    figures: pairs.filter((pair) => !Number.isNaN(pair.official) && !Number.isNaN(pair.ours)),
    results: {
      official: scalarText(official.detail.last("result_validity")) ?? "",
      ours: scalarText(ours.detail.last("result_validity")) ?? "",
    },
  };
}

function numberAt(detail: LoadgenDetail, key: string): number {
  const value = detail.last(key);
  return typeof value === "number" ? value : Number.NaN;
}

function detailAt(folder: string): LoadgenDetail {
  const detail = parseLoadgenDetail(readFileSync(join(folder, "mlperf_log_detail.txt"), "utf8"));
  if (!detail.ok) throw new Error(`${folder}: ${detail.problem.message}`);
  return detail.value;
}

/** What is not as acceptance asks; none where all is. */
export function failuresOf(parity: Parity): string[] {
  const { scenario, queries, durationNs, sameOrder, scheduleOffNs, figures, results } = parity;
  const wrong = figures.filter(({ headline, official, ours }) => headline && Math.abs(ours / official - 1) > 0.01);
  return [
    ...(queries.official === queries.ours ? [] : ["another number of queries"]),
    ...(durationNs.official === durationNs.ours ? [] : ["another generated_query_duration"]),
    ...(sameOrder ? [] : ["another order of samples"]),
    // A start at a fraction of a nanosecond may round the other way.
    ...(scheduleOffNs <= 1 ? [] : [`due times off by ${scheduleOffNs} ns`]),
    ...(results.official === results.ours ? [] : ["another result"]),
    ...wrong.map(({ key }) => `${key} off by more than 1 %`),
  ].map((what) => `${scenario}: ${what}`);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "20" }, rate: { type: "string", default: "20" } },
  });
  const seconds = Number(values.seconds);
  const wrong: string[] = [];
  // More than the simulated engine does with 16 sequences: below, ours would be enlarged and run again.
  const offlineRate = 100;
  for (const request of [
    { scenario: "Server", seconds, rate: Number(values.rate), samples: 96 },
    { scenario: "Offline", seconds, rate: offlineRate, samples: 96 },
  ] as const) {
    const parity = await parityOf(request);
    console.log(told(parity));
    wrong.push(...failuresOf(parity));
  }
  for (const what of wrong) console.error(what);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
