import { normalCdf } from "../../src/math/distributions.ts";
import { createRandom, type Random } from "../../src/math/random.ts";
import { sampleIntervals } from "../../src/math/sample-intervals.ts";
import type { SampleFigure } from "../../src/math/series-worth.ts";
import { formatRows } from "../../src/report/index.ts";
import type { Section } from "../statistics.ts";
import { percentOf } from "./percent.ts";

/** Latencies of one trial's requests in the order of sending, and the truth about them. */
interface Process {
  name: string;
  series(random: Random, n: number): Float64Array;
  mean: number;
  cdf(value: number): number;
  /** Whether the intervals have to reach the target. */
  isTarget: boolean;
}

/** Of the logarithm. */
const spread = 0.5;

/** Lognormal, neighbours' logarithms correlated by `r`. */
function autoregression(name: string, r: number): Process {
  return {
    name,
    series: (random, n) => {
      let state = random.normal();
      return Float64Array.from({ length: n }, () => {
        state = r * state + Math.sqrt(1 - r * r) * random.normal();
        return Math.exp(spread * state);
      });
    },
    mean: Math.exp(spread ** 2 / 2),
    cdf: (value) => normalCdf(Math.log(value) / spread),
    isTarget: true,
  };
}

/** One request in ten takes three times as long, 20 in a row on average. */
const bursts: Process = {
  name: "bursts",
  series: (random, n) => {
    let inBurst = random.integer(10) === 0;
    return Float64Array.from({ length: n }, () => {
      if (random.integer(180) < (inBurst ? 9 : 1)) inBurst = !inBurst;
      return (inBurst ? 3 : 1) * Math.exp(spread * random.normal());
    });
  },
  mean: 1.2 * Math.exp(spread ** 2 / 2),
  cdf: (value) => 0.9 * normalCdf(Math.log(value) / spread) + 0.1 * normalCdf(Math.log(value / 3) / spread),
  isTarget: false,
};

/** Sojourn times of a queue with one server, service times of mean 1, and this load, in its steady state. */
export function queue(load: number): Process {
  return {
    name: `M/M/1 at load ${load}`,
    series: (random, n) => {
      let wait = random.next() < load ? random.exponential(1 - load) : 0;
      return Float64Array.from({ length: n }, () => {
        const sojourn = wait + random.exponential(1);
        wait = Math.max(0, sojourn - random.exponential(load));
        return sojourn;
      });
    },
    mean: 1 / (1 - load),
    cdf: (value) => -Math.expm1(-(1 - load) * value),
    isTarget: true,
  };
}

export const processes = [
  autoregression("independent", 0),
  autoregression("autocorrelation 0.5", 0.5),
  autoregression("autocorrelation 0.8", 0.8),
  queue(0.5),
  queue(0.7),
  queue(0.9),
  bursts,
];
export const sizes = [400, 1000, 4000, 12_000];
const figures: readonly SampleFigure[] = ["mean", 0.5, 0.9, 0.99];

/** The coverage of a figure that a smaller share of trials has is left to chance. */
const fewestGiven = 0.05;
const leastCoverage = 0.935;

/** Coverage of the intervals of a trial's own figures, over this many trials per line. */
export function withinTrialsSection(trials: number): Section {
  const misses: string[] = [];
  const rows = processes.flatMap((process) =>
    sizes.map((n) => {
      const cells = coverage(process, n, trials).map(({ given, held }, at) => {
        if (given === 0) return "–";
        const share = held / given;
        const figure = figures[at]!;
        const isCommon = given >= fewestGiven * trials;
        if (process.isTarget && isCommon && share < leastCoverage) {
          misses.push(
            `${process.name}, ${n} requests, ${figure === "mean" ? figure : `p${100 * figure}`}: coverage ${percentOf(share)}, at least 93.5 %`,
          );
        }
        return given === trials ? percentOf(share) : `${percentOf(share)} (${percentOf(given / trials, 0)})`;
      });
      console.error(`within trials: ${process.name}, ${n} requests: ${cells.join(", ")}`);
      return [process.name, n, ...cells];
    }),
  );
  const text = `Coverage of the 95 % intervals of a trial's own figures ([trial-statistics.md](trial-statistics.md)), by
\`npm run bench:statistics -- --only within\`: ${trials.toLocaleString("en")} trials per line of lognormal latencies (standard deviation of the
logarithm ${spread}), with the named correlation of neighbouring logarithms, and of sojourn times of queues with one server (M/M/1).
*Bursts*: one request in ten takes three times as long, 20 in a row on average. In brackets: the share of trials that have the
interval, where not all have it; the others say "too few independent samples". Target: 93.5 % wherever at least one trial in
twenty has an interval. Bursts have no target: 400 requests hold two of them or none, and a trial without any cannot show them.

${formatRows(["Neighbours", "Requests", "mean", "p50", "p90", "p99"], rows, "markdown")}`;
  return { text, misses };
}

function coverage(process: Process, n: number, trials: number): { given: number; held: number }[] {
  const random = createRandom(`within ${process.name} ${n}`);
  const truths = figures.map((figure) => (figure === "mean" ? process.mean : quantileOf(process, figure)));
  const counts = figures.map(() => ({ given: 0, held: 0 }));
  for (let trial = 0; trial < trials; trial += 1) {
    for (const [at, found] of sampleIntervals(process.series(random, n), figures).entries()) {
      if (found === null || !("lower" in found)) continue;
      counts[at]!.given += 1;
      counts[at]!.held += Number(found.lower <= truths[at]! && truths[at]! <= found.upper);
    }
  }
  return counts;
}

/** By bisection. */
function quantileOf(process: Process, p: number): number {
  let [below, above] = [Math.exp(-8 * spread), 3 * Math.exp(8 * spread)];
  for (let step = 0; step < 60; step += 1) {
    const middle = (below + above) / 2;
    if (process.cdf(middle) < p) below = middle;
    else above = middle;
  }
  return above;
}
