import type { Measurement } from "../../schema/measurement.ts";
import type { Trial } from "../../schema/trial.ts";
import { none } from "../numbers.ts";
import type { ReportInput } from "../report-input.ts";
import { number, relationOf, text, type Cell } from "./relation.ts";
import { trialsOfRow } from "./conversations.ts";
import { wholeRequest } from "./results.ts";

const stats = ["p50", "p90", "p99"] as const;

const titles = { ttft: "TTFT", tpot: "TPOT", e2e: "E2E", e2e_sched: "E2E" } as const;

/** Percentiles of each trial that counts with the intervals that its own requests give them, and how many independent ones these are worth. */
export function withinTrialsRelation(input: ReportInput) {
  const metrics = ["ttft", "tpot", wholeRequest(input.summaries)] as const;
  const rows = input.study.experiments.flatMap(({ id, labels }) =>
    trialsOfRow(input, { id, labels })
      .toSorted((left, right) => left.spec.replicate - right.spec.replicate)
      .flatMap((trial) =>
        metrics.flatMap((metric) => {
          const found = stats.map((stat) => percentileOf(trial, metric, stat));
          // Imported trials, and those of an earlier version, have none worked out.
          return found.every((one) => one?.interval === undefined)
            ? []
            : [{ experiment: labels.name, trial: trial.spec.replicate, metric: titles[metric], found }];
        }),
      ),
  );
  const all = rows.flatMap(({ found }) => found).filter((one) => one !== null && one.value !== null);
  const intervals = all.flatMap((one) => one?.interval ?? []);
  const relation = relationOf("within_trials", rows, [
    text("experiment", "Experiment", ({ experiment }) => experiment),
    number("trial", "Trial", ({ trial }) => trial),
    text("metric", "Metric", ({ metric }) => metric),
    ...stats.map((stat, at) =>
      number<(typeof rows)[number]>(stat, stat, ({ found }) => percentileCell(found[at] ?? null), { decimals: 2 }),
    ),
    number("requests", "Requests", ({ found }) => found[0]?.n ?? null, { missing: "" }),
    text("neighbours", "Neighbours", ({ found }) => neighboursOf(found)),
  ]);
  // How many percentiles are shown, and how well they are known.
  const facts = {
    percentiles: all.length,
    intervals: intervals.length,
    dependent: intervals.filter(({ worth }) => worth !== undefined).length,
    tooFew: all.length - intervals.length,
  };
  return { relation, facts };
}

function percentileOf({ measurements }: Trial, wanted: string, stat: string): Measurement | null {
  return measurements.find((row) => row.metric === wanted && row.stat === stat) ?? null;
}

/** `41.07 [40.91, 41.30]`; with the reason where the values are too few for the interval. */
function percentileCell(row: Measurement | null): Cell {
  if (row === null || row.value === null) return { value: null };
  const { value, interval } = row;
  return interval ? { value, bounds: interval } : { value, note: " (too few independent)" };
}

/** `dependent: blocks of 14, worth 210, 340, –`, percentile by percentile; of too few nothing is known. */
function neighboursOf(rows: readonly (Measurement | null)[]): string {
  const intervals = rows.map((row) => row?.interval ?? null);
  const hasTooFew = rows.some((row) => row !== null && row.value !== null && row.interval === null);
  if (!hasTooFew && intervals.every((interval) => interval?.worth === undefined)) return "independent";
  if (intervals.every((interval) => interval === null)) return none;
  const lengths = new Set(intervals.flatMap((interval) => interval?.blockLength ?? []));
  const blocks = [...lengths].map((length) => `blocks of ${length}, `).join("");
  const worths = intervals.map((interval, at) => interval && (interval.worth ?? rows[at]?.n ?? null));
  return `dependent: ${blocks}worth ${worths.map((worth) => worth ?? none).join(", ")}`;
}
