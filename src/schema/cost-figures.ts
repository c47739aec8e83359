import type { MetricDefinition } from "./measurement.ts";

/** What a report derives of a configuration, and no trial holds: prices change, and a measurement does not. */
export const costFigures = {
  cost_per_mtok: {
    id: "cost_per_mtok",
    unit: "USD",
    title: "Cost of a million output tokens",
    definition: "Price of the configuration's hardware per hour ÷ output tokens per hour (`output_throughput`) × 10⁶.",
    better: "lower",
    stats: ["value"],
  },
  tokens_per_joule: {
    id: "tokens_per_joule",
    unit: "tok/J",
    title: "Output tokens per joule",
    definition: "1 ÷ `energy_per_token`, where the energy of the GPUs was measured.",
    better: "higher",
    stats: ["value"],
  },
} as const satisfies Record<string, MetricDefinition>;
