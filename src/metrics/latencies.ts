import type { MetricDefinition } from "../schema/measurement.ts";
import { latencyGroupRows } from "./groups.ts";
import { firstToken, lastToken, latencyRows, scheduled, sent, type Moment } from "./latency.ts";
import type { Metric } from "./metric.ts";
import { distributionStats } from "./rows.ts";

export const ttft = latency(
  {
    id: "ttft",
    title: "Time to first token",
    definition:
      "First token-bearing chunk − actual send. Of conversations by turn as well (`p50/turn 2`), of request classes by class (`p50/class chat`).",
  },
  sent,
  firstToken,
  { byGroup: true },
);

export const ttftSched = latency(
  {
    id: "ttft_sched",
    title: "Time to first token from the intended send",
    definition: "First token-bearing chunk − scheduled send; null in a closed loop.",
  },
  scheduled,
  firstToken,
);

export const e2e = latency(
  { id: "e2e", title: "End-to-end latency", definition: "Last token − actual send." },
  sent,
  lastToken,
);

export const e2eSched = latency(
  {
    id: "e2e_sched",
    title: "End-to-end latency from the intended send",
    definition: "Last token − scheduled send; null in a closed loop. In Offline every request is due at the start.",
  },
  scheduled,
  lastToken,
);

export const sendLag = latency(
  {
    id: "send_lag",
    title: "Send lag",
    definition: "Actual send − scheduled send; null in a closed loop.",
    better: "neither",
  },
  scheduled,
  sent,
);

/** The time between two moments of each finished request. */
function latency(
  named: Pick<MetricDefinition, "id" | "title" | "definition"> & { better?: "neither" },
  from: Moment,
  to: Moment,
  { byGroup = false } = {},
): Metric {
  const definition: MetricDefinition = { unit: "ms", better: "lower", ...named, stats: distributionStats };
  return {
    definition,
    measure: (input) => [
      ...latencyRows(input, definition, from, to),
      ...(byGroup ? latencyGroupRows(input, definition, from, to) : []),
    ],
  };
}
