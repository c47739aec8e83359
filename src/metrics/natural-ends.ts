import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "natural_ends",
  unit: "%",
  title: "Answers that ended by themselves",
  definition:
    "Finished requests that the model ended (finish reason other than `length`) ÷ those with a finish reason; the others had a length asked for, or ran into `max_tokens`.",
  better: "neither",
  stats: ["value"],
};

/** How servers say that an answer was as long as it was allowed to be. */
const AT_ITS_LENGTH = "length";

export function measure(input: MetricInput): Measurement[] {
  let natural = 0;
  let n = 0;
  for (const { finish } of finishedRequests(input)) {
    if (finish === null) continue;
    n += 1;
    if (finish !== AT_ITS_LENGTH) natural += 1;
  }
  if (n === 0) {
    const why = "no finished request has a finish reason";
    return [valueRow(definition, { value: null, why, n, rule: "exact" })];
  }
  return [valueRow(definition, { value: (100 * natural) / n, why: words(natural, n, input), n, rule: "exact" })];
}

function words(natural: number, n: number, { workload }: MetricInput): string {
  const { max_tokens: most, ignore_eos: forced } = workload.sampling;
  const asked = forced ? ", though `ignore_eos` was asked for" : "";
  if (natural === n) return `every answer ended by itself${asked}`;
  const how = forced ? "`ignore_eos` was asked for" : `a length was asked for, or \`max_tokens\` (${most}) was reached`;
  if (natural === 0) return `no answer ended by itself: ${how}`;
  return `${natural} of ${n} answers ended by themselves${asked}; of the others, ${how}`;
}
