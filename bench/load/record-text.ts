import { comparisonText } from "./comparison.ts";
import type { BenchRecord } from "./record.ts";
import { tableOf, type Summary } from "./summary.ts";

/** A record as text for a terminal: a table for each case, what failed, the ladder, the simulated engine, and how quiet it was. */
export function recordText(record: BenchRecord): string {
  const { summaries, comparisons, failures, absent, quiet, noise, noisyRuns } = record;
  const lines: string[] = [];
  const ids = new Set([...summaries, ...failures].map((row) => row.case));
  for (const id of ids) {
    lines.push("", id, tableOf(summaries.filter((row) => row.case === id)));
    for (const { client, round, why } of failures.filter((row) => row.case === id)) {
      lines.push(`${client}: FAILED in run ${round + 1}: ${shortened(why)}`);
    }
    lines.push(...comparisons.filter((row) => row.case === id).map(comparisonText));
  }
  lines.push("", ...ladderLines(record), ...simulatorLines(record));
  if (absent.length > 0)
    lines.push(
      `not installed: ${absent.join(", ")}; npm run bench:peers installs them, and --vllm-bench names a checkout of vLLM's client in Rust`,
    );
  if (record.short) lines.push("SHORT: too little load for figures.");
  if (!quiet) {
    const before = noise.reasons.length > 0 ? ` Before the start: ${noise.reasons.join("; ")}.` : "";
    const beside = `${noisyRuns.noisy} of ${noisyRuns.of} runs stood beside other work of over a tenth of a core.`;
    lines.push(`NOISY: ${beside}${before} Take ratios, not microseconds.`);
  }
  return lines.join("\n");
}

function ladderLines({ ladder, twoWorkers }: BenchRecord): string[] {
  const lines = ladder.map(({ client, workers, highest, ofOneCore, stop }) => {
    const many = workers === 1 ? "1 worker" : `${workers} workers`;
    const carried = highest === null ? "no rung held" : `${Math.round(highest)} tokens/s with one event a read`;
    const core = ofOneCore === null ? "" : `; at that cost a whole core carries ${Math.round(ofOneCore)}`;
    return `ladder: ${client}, ${many}: ${carried}${core}; ${stop}`;
  });
  if (twoWorkers !== null) {
    const { costOfOne, note } = twoWorkers;
    lines.push(`two workers cost ${costOfOne.toFixed(2)} times as much for each token as one; ${note}`);
  }
  return lines;
}

function simulatorLines({ simulator }: BenchRecord): string[] {
  if (simulator === null) return [];
  const { highest, stop } = simulator;
  const rate = highest === null ? "no rung held" : `${Math.round(highest)} tokens/s`;
  return [`simulated engine (SIMULATED): ${rate} before it is 1 ms late by itself; ${stop}`];
}

const columns: readonly [string, (row: Summary) => string][] = [
  ["client", ({ client }) => client],
  ["runs", ({ runs }) => String(runs)],
  ["µs/token, load", ({ medians }) => digits(medians.cpu_us_load, 1)],
  ["µs/token, whole run", ({ medians }) => digits(medians.cpu_us_whole, 1)],
  ["× floor", ({ cpuTimesFloor }) => digits(cpuTimesFloor.load, 2)],
  ["tokens/s", ({ medians }) => digits(medians.tokens_per_s, 0)],
  ["TTFT error p50, ms", ({ medians }) => digits(medians.ttft_error_p50_ms, 2)],
  ["p99, ms", ({ medians }) => digits(medians.ttft_error_p99_ms, 2)],
  ["TPOT error, %", ({ medians }) => digits(medians.tpot_error_percent, 2)],
  ["in flight", ({ medians }) => digits(medians.in_flight_held, 1)],
  ["start-up, s", ({ medians }) => digits(medians.start_up_s, 2)],
  ["MB", ({ medians }) => digits(medians.peak_mb, 0)],
  ["lost", ({ medians }) => digits(medians.lost, 0)],
];

/** The same as a page of Markdown, for the repository. */
export function recordMarkdown(record: BenchRecord): string {
  const { summaries, comparisons, failures, absent, quiet, machine } = record;
  const on = `${String(machine["cpuModel"])}, ${String(machine["cpus"])} cores`;
  const noisy = quiet ? "" : " **NOISY**: other work ran beside it; take ratios, not microseconds.";
  const without = absent.length === 0 ? "" : ` Not installed: ${absent.join(", ")}.`;
  const blocks = [
    "# What a token costs the load clients",
    `\`npm run bench\` on ${record.at.slice(0, 10)}, on ${on}.${noisy}${without} Medians of the runs; the columns are explained in [bench/README.md](../README.md).`,
  ];
  for (const id of new Set(summaries.map((row) => row.case))) {
    const rows = summaries.filter((row) => row.case === id);
    const failed = failures
      .filter((row) => row.case === id)
      .map(({ client, why }) => `${client} failed: ${shortened(why)}`);
    blocks.push(
      [
        `## ${id}`,
        "",
        `| ${columns.map(([title]) => title).join(" | ")} |`,
        `|${columns.map((_, place) => (place === 0 ? "---" : "--:")).join("|")}|`,
        ...rows.map((row) => `| ${columns.map(([, cell]) => cell(row)).join(" | ")} |`),
        "",
        ...[...comparisons.filter((row) => row.case === id).map(comparisonText), ...failed].map((line) => `- ${line}`),
      ].join("\n"),
    );
  }
  blocks.push("## Saturation");
  blocks.push([...ladderLines(record), ...simulatorLines(record)].map((line) => `- ${line}`).join("\n"));
  return `${blocks.join("\n\n")}\n`;
}

const reasonLength = 400;

/** One line: what it said last, since a cause stands at the end of a trace. The whole is in the JSON. */
function shortened(why: string): string {
  const [first = "", ...rest] = why.split("\n").map((line) => line.trim());
  const said = rest.filter((line) => line !== "").join(" ");
  return said.length > reasonLength ? `${first} … ${said.slice(-reasonLength)}` : [first, said].join(" ").trim();
}

function digits(value: number | null, places: number): string {
  return value === null ? "-" : value.toFixed(places);
}
