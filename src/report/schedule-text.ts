import { countText } from "../math/figures.ts";
import { NS_PER_S } from "../math/units.ts";
import type { Plan, PlannedTraffic } from "../schema/plan.ts";

/** Schedules beyond this are counted, not listed. */
const listedSchedules = 12;

/** A line for each different traffic of the workloads that have a ruleset. */
export function scheduleLines({ experiments }: Plan, scheduleOf: PlannedTraffic["scheduleOf"]): string[] {
  const lines = new Set<string>();
  for (const { workload, labels, skip } of experiments) {
    const { ruleset, load } = workload;
    const schedule = skip === null ? scheduleOf(workload) : null;
    if (ruleset === null || schedule === null) continue;
    const { queries, samplesPerQuery, durationNs, firstIndices, atLeast } = schedule;
    const samples = samplesPerQuery === 1 ? "" : ` of ${samplesPerQuery} samples`;
    const rate = load.rate === undefined ? "" : ` at ${load.rate} a second`;
    const scheduled = ruleset.scenario === "Server" ? ` over ${(durationNs / NS_PER_S).toFixed(1)} s` : "";
    const least = atLeast ? ", at least: a probe before the run says how many" : "";
    lines.add(
      `Schedule of ${labels.workload} (${ruleset.rulesetId}, ${ruleset.model}, ${ruleset.name}): ` +
        `${countText(queries, "query", "queries")}${samples}${rate}${scheduled}${least}; ` +
        `first samples ${firstIndices.slice(0, 4).join(", ")}`,
    );
  }
  const shown = [...lines].slice(0, listedSchedules);
  return lines.size > shown.length ? [...shown, `… and ${lines.size - shown.length} more schedules`] : shown;
}
