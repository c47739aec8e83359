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

export function haveOwnRates({ kind }: { kind: string }): boolean {
  return arrivalsOfOwnRates.some((own) => own === kind);
}

/** True where the schedule of a workload is made from `load.rate`. */
export function readsRate({ arrivals }: { arrivals: { kind: string } | null }): boolean {
  return arrivals !== null && !haveOwnRates(arrivals);
}
