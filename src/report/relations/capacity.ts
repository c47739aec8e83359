import type { Capacity } from "../../schema/capacity.ts";
import { number, relationOf, text, type Relation } from "./relation.ts";

const rate = { unit: "req/s", decimals: 2 };

/** A row for each configuration: what one instance serves within the SLO, and how many are needed. */
export function capacityRelation(found: readonly Capacity[]): Relation {
  return relationOf("capacity", found, [
    text("configuration", "Configuration", ({ configuration }) => configuration),
    text("workload", "Workload", ({ workload }) => workload),
    text("load", "Load", ({ setting }) => setting),
    number("keeps_slo_up_to", "Keeps the SLO up to", ({ upTo }) => upTo),
    number("breaks_at", "Breaks at", ({ breaksAt }) => breaksAt),
    number("per_instance", "Per instance", ({ perInstance }) => perInstance?.value ?? null, rate),
    number("per_instance_lower", "Lower end", ({ perInstance }) => perInstance?.bounds?.lower ?? null, rate),
    number("launches", "n", ({ perInstance }) => perInstance?.launches ?? null),
    number("instances", "Instances", (one) => atMost(one, one.instances)),
    number("gpus", "GPUs", (one) => atMost(one, times(one.instances, one.gpus))),
    found.some(({ pricePerHour }) => pricePerHour !== null) &&
      number("cost_per_hour", "Cost", (one) => atMost(one, times(one.instances, one.pricePerHour)), {
        unit: "USD/h",
        decimals: 2,
      }),
    text("why", "Note", ({ why }) => why ?? ""),
  ]);
}

function times(count: number | null, each: number | null): number | null {
  return count === null || each === null ? null : count * each;
}

/** Where nothing broke the SLO, fewer may do. */
function atMost({ breaksAt }: Capacity, value: number | null): { value: number | null; note?: string } {
  return value !== null && breaksAt === null ? { value, note: " at most" } : { value };
}
