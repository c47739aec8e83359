import type { Measurement } from "../schema/measurement.ts";
import type { Trial } from "../schema/trial.ts";
import { isUsable } from "../schema/verdict.ts";
import { fixed, none } from "./numbers.ts";
import type { ReportInput } from "./report-input.ts";
import { wholeRequest } from "./report-results.ts";

const stats = ["p50", "p90", "p99"] as const;

const titles = { ttft: "TTFT", tpot: "TPOT", e2e: "E2E", e2e_sched: "E2E" } as const;

/** Percentiles of each usable trial with the intervals that its own requests give them, and how many independent ones these are worth. */
export function withinTrialsSection({ study, trials, summaries }: ReportInput): object {
  const metrics = ["ttft", "tpot", wholeRequest(summaries)] as const;
  const told = study.experiments.flatMap(({ id, labels }) =>
    trials
      .filter((trial) => trial.spec.experimentId === id && trial.spec.purpose === "performance" && isUsable(trial))
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
  const all = told.flatMap(({ found }) => found).filter((one) => one !== null && one.value !== null);
  const intervals = all.flatMap((one) => one?.interval ?? []);
  return {
    percentiles: all.length,
    intervals: intervals.length,
    dependent: intervals.filter(({ worth }) => worth !== undefined).length,
    tooFew: all.length - intervals.length,
    rows: told.map(({ found, ...row }) => ({
      ...row,
      percentiles: found.map(cellOf),
      n: found[0]?.n ?? null,
      neighbours: neighboursOf(found),
    })),
  };
}

function percentileOf({ measurements }: Trial, wanted: string, stat: string): Measurement | null {
  return measurements.find((row) => row.metric === wanted && row.stat === stat) ?? null;
}

/** `41.07 [40.91, 41.30]`; with the reason where the values are too few for the interval. */
function cellOf(row: Measurement | null): string {
  if (row === null || row.value === null) return none;
  const { value, interval } = row;
  const bounds = interval ? `[${fixed(interval.lower, 2)}, ${fixed(interval.upper, 2)}]` : "(too few independent)";
  return `${fixed(value, 2)} ${bounds}`;
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
