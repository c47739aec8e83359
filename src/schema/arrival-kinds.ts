import type { ArrivalDeclaration } from "./workload.ts";

/** Arrivals of one rate from start to end. Ramps, steps and traces bring rates of their own. */
export const oneRateArrivals = ["constant", "poisson", "gamma"] as const;

/** Arrivals that bring their own rates from the start, so that `load.rate` says nothing. */
export const arrivalsOfOwnRates = ["steps", "trace"] as const;

/** Files that say when requests arrived, and how long they were, by their columns. */
export const traceFormats = ["csv", "azure", "mooncake", "bailian", "burstgpt"] as const;

const ofOneRate: ReadonlySet<string> = new Set(oneRateArrivals);

/** True of arrivals that keep one rate. Where a workload declares none, they are Poisson. */
export function keepOneRate(arrivals: { kind: string } | null): boolean {
  return arrivals === null || ofOneRate.has(arrivals.kind);
}

/** The rates of arrivals that change theirs evenly, in requests a second; null of any others, and of a ramp without `load.rate`. */
export function stretchesOf(
  arrivals: ArrivalDeclaration | null,
  rate: number | null,
): { seconds: number; from: number; to: number }[] | null {
  if (arrivals?.kind === "steps")
    return arrivals.steps.map((one) => ({ seconds: one.seconds, from: one.rate, to: one.rate }));
  return arrivals?.kind === "ramp" && rate !== null
    ? [{ seconds: arrivals.seconds, from: rate, to: arrivals.to }]
    : null;
}

export function haveOwnRates({ kind }: { kind: string }): boolean {
  return arrivalsOfOwnRates.some((own) => own === kind);
}

/** True where the schedule of a workload is made from `load.rate`. */
export function readsRate({ arrivals }: { arrivals: { kind: string } | null }): boolean {
  return arrivals !== null && !haveOwnRates(arrivals);
}
