import { drawsOf, exponential } from "../../src/math/loadgen/draws.ts";
import { effectiveCounts, type LoadgenSettings } from "../../src/math/loadgen/settings.ts";
import { NS_PER_S } from "../../src/math/units.ts";

/** What a detail log says about the rate: the rate itself to six digits, and counts and durations of the first generated set exactly. Null where it does not say. */
export interface LoggedRate {
  printed: number;
  queries: number | null;
  durationNs: number | null;
  /** `effective_min_query_count`, and `effective_samples_per_query` of Offline. */
  minQueryCount: number | null;
  samplesPerQuery: number | null;
}

/** Significant digits of a printed rate (the default of C++'s streams). */
const digits = 6;

/**
 * The rate that a log's run used, in queries a second. `target_qps` is printed with six digits, and only one rate gives the
 * counts and durations of the same log: in SingleStream and MultiStream by the whole nanoseconds of a query, in Server by the
 * sum of the gaps, in Offline by its one gap and its count. It is the printed rate where that gives them, or no other does.
 */
export function rateOfLog(settings: LoadgenSettings, logged: LoggedRate): number {
  const { printed, queries, durationNs } = logged;
  if (queries === null || durationNs === null || queries < 1) return printed;
  const half = 0.5 * 10 ** (Math.floor(Math.log10(printed)) - digits + 1);
  if (settings.scenario === "Server") {
    return serverRate(settings, { printed, half, queries, durationNs });
  }
  const fits = (targetQps: number): boolean =>
    Math.abs(targetQps - printed) <= 1.0001 * half &&
    periodNs(targetQps) === durationNs / queries &&
    hasCounts({ ...settings, targetQps }, logged);
  return (fits(printed) ? printed : ratesNear(settings, logged).find(fits)) ?? printed;
}

/** The gap of all scenarios but Server, in whole nanoseconds as LoadGen truncates it. */
function periodNs(targetQps: number): number {
  return Math.trunc((1 / targetQps) * NS_PER_S);
}

function hasCounts(settings: LoadgenSettings, { minQueryCount, samplesPerQuery }: LoggedRate): boolean {
  const counts = effectiveCounts(settings);
  const isOffline = settings.scenario === "Offline";
  return isOffline
    ? samplesPerQuery === null || counts.samplesPerQuery === samplesPerQuery
    : minQueryCount === null || counts.minQueryCount === minQueryCount;
}

/** Rates to try: in the streams those of whole nanoseconds; in Offline the ends of the range that gap and count allow, and points between. */
function ratesNear(settings: LoadgenSettings, { queries, durationNs, samplesPerQuery }: LoggedRate): number[] {
  const period = (durationNs ?? 0) / (queries ?? 1);
  if (settings.scenario !== "Offline") return [period, period + 1, period - 1].map((ns) => NS_PER_S / ns);
  const samplesPerRate = (settings.offlineSlack * settings.minDurationMs) / 1000;
  const count = samplesPerQuery ?? 0;
  const upper = Math.min(NS_PER_S / period, (count + 1) / samplesPerRate);
  const lower = Math.max(NS_PER_S / (period + 1), count > settings.minQueryCount ? count / samplesPerRate : 0);
  return [0.5, 0.01, 0.99, 1e-6, 1 - 1e-6].map((share) => lower + share * (upper - lower));
}

/** By bisection, since the sum of the gaps falls as the rate rises. */
function serverRate(
  settings: LoadgenSettings,
  { printed, half, queries, durationNs }: { printed: number; half: number; queries: number; durationNs: number },
): number {
  const draws = drawsOf(settings.seeds.schedule, settings.standardLibrary);
  const gaps = Float64Array.from({ length: queries }, () => exponential(draws));
  const sumNs = (rate: number): number => gaps.reduce((sum, gap) => sum + Math.trunc((gap / rate) * NS_PER_S), 0);
  if (sumNs(printed) === durationNs) return printed;
  let [lower, upper] = [printed - half, printed + half];
  for (;;) {
    const middle = (lower + upper) / 2;
    const sum = sumNs(middle);
    if (sum === durationNs) return middle;
    if (middle <= lower || middle >= upper) return printed;
    if (sum > durationNs) lower = middle;
    else upper = middle;
  }
}
