import type { Statistic } from "../../schema/measurement.ts";

/** A figure that the site shows, of a configuration and of each trial. */
export interface SiteFigure {
  key: string;
  title: string;
  unit: string;
  metric: string;
  stat: Statistic;
}

/** In the order of columns. */
export const siteFigures: readonly SiteFigure[] = [
  { key: "output_throughput", title: "Output", unit: "tok/s", metric: "output_throughput", stat: "value" },
  { key: "per_gpu", title: "Per GPU", unit: "tok/s", metric: "output_throughput_per_gpu", stat: "value" },
  { key: "goodput", title: "Goodput", unit: "req/s", metric: "goodput", stat: "value" },
  { key: "ttft_p50", title: "TTFT p50", unit: "ms", metric: "ttft", stat: "p50" },
  { key: "tpot_p50", title: "TPOT p50", unit: "ms", metric: "tpot", stat: "p50" },
  { key: "e2e_p50", title: "E2E p50", unit: "ms", metric: "e2e", stat: "p50" },
];

/** Those that at least one row has, and that do not repeat the one before: per GPU is of several GPUs. With their places in `siteFigures`. */
export function figuresOf(rows: readonly { figures: readonly (number | null)[] }[]): (SiteFigure & { at: number })[] {
  return siteFigures
    .map((figure, at) => ({ ...figure, at }))
    .filter(({ at }) => rows.some(({ figures }) => figures[at] != null))
    .filter(({ at }) => at === 0 || rows.some(({ figures }) => figures[at] !== figures[at - 1]));
}
