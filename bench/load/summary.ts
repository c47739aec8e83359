import { quantileLinear, sortedCopy } from "../../src/math/quantile.ts";
import type { RunFigures } from "./figures.ts";

/** One client on one case: medians over its runs. Null where no run had the figure. */
export interface Summary {
  case: string;
  client: string;
  runs: number;
  medians: { [figure in keyof typeof figures]: number | null };
  /** Median of the ratios to the floor's run of the same round, over the rounds in which both can be compared. */
  cpuTimesFloor: { load: number | null; whole: number | null; rounds: number };
}

/** Tokens that share a write are cheaper: above this share of them a run's cost for a token is that of another load. */
const sharedWritesLimit = 0.05;

/** What is reported, by name: how to take it from a run. */
const figures = {
  cpu_us_load: (run: RunFigures) => run.cpuUsPerToken.load,
  cpu_us_whole: (run: RunFigures) => run.cpuUsPerToken.whole,
  cpu_share: (run: RunFigures) => run.cpuShare,
  tokens_per_s: (run: RunFigures) => run.tokensPerS,
  ttft_error_p50_ms: (run: RunFigures) => run.ttftErrorMs.p50,
  ttft_error_p99_ms: (run: RunFigures) => run.ttftErrorMs.p99,
  tpot_error_percent: (run: RunFigures) => run.tpotErrorPercent,
  shared_writes: (run: RunFigures) => run.sharedWrites,
  shared_reads: (run: RunFigures) => run.sharedReads,
  in_flight_asked: (run: RunFigures) => run.inFlight.asked,
  in_flight_held: (run: RunFigures) => run.inFlight.held,
  arrivals_per_s: (run: RunFigures) => run.arrivals?.ratePerS ?? null,
  arrivals_cv: (run: RunFigures) => run.arrivals?.cv ?? null,
  start_up_s: (run: RunFigures) => run.startUpS,
  peak_mb: (run: RunFigures) => run.peakMb,
  lost: (run: RunFigures) => Math.max(0, run.requests.asked - Math.min(run.requests.finished, run.requests.reported)),
} as const;

/** The middle of those that are not null; null of none. */
export function median(values: readonly (number | null)[]): number | null {
  return quantileLinear(sortedCopy(values.filter((value) => value !== null)), 0.5);
}

/** Groups by case and client, in the order in which they first stand, and sets each against the floor. */
export function summarise(runs: readonly RunFigures[], floor: string): Summary[] {
  const groups = Map.groupBy(runs, (run) => JSON.stringify([run.case, run.client]));
  return [...groups.values()].map((group) => {
    const { case: caseId, client } = group[0]!;
    const floorRuns = groups.get(JSON.stringify([caseId, floor])) ?? [];
    const pairs = group.flatMap((run) => {
      const beside = floorRuns.find(({ round }) => round === run.round);
      return beside !== undefined && isComparable(run) && isComparable(beside) ? [{ run, beside }] : [];
    });
    const ratio = (of: "load" | "whole"): number | null =>
      median(pairs.map(({ run, beside }) => run.cpuUsPerToken[of] / beside.cpuUsPerToken[of]));
    return {
      case: caseId,
      client,
      runs: group.length,
      medians: Object.fromEntries(
        Object.entries(figures).map(([name, take]) => [name, median(group.map(take))]),
      ) as Summary["medians"],
      cpuTimesFloor: { load: ratio("load"), whole: ratio("whole"), rounds: pairs.length },
    };
  });
}

function isComparable({ sharedWrites }: RunFigures): boolean {
  return sharedWrites < sharedWritesLimit;
}

const columns: readonly { title: string; cell: (row: Summary) => string }[] = [
  { title: "client", cell: (row) => row.client },
  { title: "runs", cell: (row) => String(row.runs) },
  { title: "µs/token load", cell: ({ medians }) => number(medians.cpu_us_load, 1) },
  { title: "whole", cell: ({ medians }) => number(medians.cpu_us_whole, 1) },
  { title: "× floor", cell: ({ cpuTimesFloor }) => number(cpuTimesFloor.load, 2) },
  { title: "of", cell: ({ cpuTimesFloor }) => String(cpuTimesFloor.rounds) },
  { title: "tok/s", cell: ({ medians }) => number(medians.tokens_per_s, 0) },
  { title: "core", cell: ({ medians }) => number(medians.cpu_share, 2) },
  { title: "TTFT error p50 ms", cell: ({ medians }) => number(medians.ttft_error_p50_ms, 2) },
  { title: "p99", cell: ({ medians }) => number(medians.ttft_error_p99_ms, 2) },
  { title: "TPOT error %", cell: ({ medians }) => number(medians.tpot_error_percent, 3) },
  { title: "in flight", cell: ({ medians }) => number(medians.in_flight_held, 1) },
  { title: "asked", cell: ({ medians }) => number(medians.in_flight_asked, 0) },
  { title: "arrivals/s", cell: ({ medians }) => number(medians.arrivals_per_s, 1) },
  { title: "CV", cell: ({ medians }) => number(medians.arrivals_cv, 2) },
  { title: "start s", cell: ({ medians }) => number(medians.start_up_s, 2) },
  { title: "MB", cell: ({ medians }) => number(medians.peak_mb, 0) },
  { title: "lost", cell: ({ medians }) => number(medians.lost, 0) },
  { title: "shared writes %", cell: ({ medians }) => percent(medians.shared_writes) },
  { title: "reads %", cell: ({ medians }) => percent(medians.shared_reads) },
];

/** The summaries of one case as a table of text. A client that failed in every run has no row here: its reason stands below. */
export function tableOf(rows: readonly Summary[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => cell(row)))];
  const widths = columns.map((_, place) => Math.max(...cells.map((line) => line[place]!.length)));
  const lines = cells.map((line) =>
    line.map((cell, place) => (place === 0 ? cell.padEnd(widths[place]!) : cell.padStart(widths[place]!))).join("  "),
  );
  return lines.join("\n");
}

function number(value: number | null, digits: number): string {
  return value === null ? "-" : value.toFixed(digits);
}

function percent(value: number | null): string {
  return number(value === null ? null : value * 100, 1);
}
