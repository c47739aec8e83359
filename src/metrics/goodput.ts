import type { MetricDefinition } from "../schema/measurement.ts";
import { classGroup, inGroup } from "./groups.ts";
import type { Metric, MetricInput } from "./metric.ts";
import { finishedInWindow } from "./requests.ts";
import { valueRow } from "./rows.ts";
import { underLimits } from "../schema/limits-rule.ts";
import { requestsWithinSlo, type WithinSlo } from "./slo.ts";
import { rateSpan } from "./span.ts";

export const goodput = withinSlo(
  {
    id: "goodput",
    unit: "req/s",
    title: "Goodput",
    definition:
      "Requests that finished in the measurement window (as request throughput counts them) and met every limit of their class's `slo`, else of the workload's, ÷ the measurement window; in an open loop, TTFT and end-to-end latency count from the scheduled send. Of request classes by class as well (`value/class chat`).",
  },
  (input) => rateOf(input, ({ good }) => good),
);

export const goodputTokens = withinSlo(
  {
    id: "goodput_tokens",
    unit: "tok/s",
    title: "Goodput in tokens",
    definition:
      "Output tokens of the requests that goodput counts ÷ the measurement window, so that a long answer within its limits counts for more than a short one.",
  },
  (input) => rateOf(input, ({ goodTokens }) => goodTokens),
);

export const goodputShare = withinSlo(
  {
    id: "goodput_share",
    unit: "%",
    title: "Goodput share",
    definition:
      "Requests that meet every limit of their class's `slo`, else of the workload's, ÷ all measured requests but those that the client cut off; one that failed meets none. Of request classes by class as well.",
  },
  (input) => ({
    found: requestsWithinSlo(input),
    rule: "exact",
    valueOf: ({ good, n }) => (n === 0 ? { why: "no request was measured" } : { value: (100 * good) / n }),
  }),
);

interface Goodput {
  found: ReturnType<typeof requestsWithinSlo>;
  rule: string;
  valueOf: (tally: WithinSlo) => { value: number } | { why: string };
}

function rateOf(input: MetricInput, countOf: (tally: WithinSlo) => number | null): Goodput {
  const { seconds, rule } = rateSpan(input);
  const valueOf = (tally: WithinSlo): ReturnType<Goodput["valueOf"]> => {
    const count = countOf(tally);
    if (seconds === null) return { why: "no request finished" };
    return count === null
      ? { why: "the server gave no token count for some of the requests" }
      : { value: count / seconds };
  };
  return { found: requestsWithinSlo(input, finishedInWindow(input)), rule, valueOf };
}

/** A metric of the requests that kept their limits: of all, and of each class. */
function withinSlo(
  named: Omit<MetricDefinition, "better" | "stats">,
  goodputOf: (input: MetricInput) => Goodput,
): Metric {
  const definition: MetricDefinition = { ...named, better: "higher", stats: ["value"] };
  const measure: Metric["measure"] = (input) => {
    const { found, rule: counted, valueOf } = goodputOf(input);
    const rule = underLimits(counted, input.workload);
    const row = (tally: WithinSlo) => {
      const figure = found.why === null ? valueOf(tally) : { why: found.why };
      return valueRow(definition, { value: null, why: null, ...figure, n: tally.n, rule });
    };
    return [row(found.all), ...[...found.byClass].map(([name, own]) => inGroup(row(own), classGroup(name)))];
  };
  return { definition, measure };
}
