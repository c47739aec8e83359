import { figure, type MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";

/** How servers say that an answer was as long as it was allowed to be. */
const AT_ITS_LENGTH = "length";

export const naturalEnds = figure(
  {
    id: "natural_ends",
    unit: "%",
    title: "Answers that ended by themselves",
    definition:
      "Finished requests that the model ended (finish reason other than `length`) ÷ those with a finish reason; the others had a length asked for, or ran into `max_tokens`.",
    better: "neither",
  },
  (input) => {
    let natural = 0;
    let n = 0;
    for (const { finish } of finishedRequests(input)) {
      if (finish === null) continue;
      n += 1;
      if (finish !== AT_ITS_LENGTH) natural += 1;
    }
    return n === 0
      ? { value: null, why: "no finished request has a finish reason", n }
      : { value: (100 * natural) / n, why: words(natural, n, input), n };
  },
);

function words(natural: number, n: number, { workload }: MetricInput): string {
  const { max_tokens: most, ignore_eos: forced } = workload.sampling;
  const asked = forced ? ", though `ignore_eos` was asked for" : "";
  if (natural === n) return `every answer ended by itself${asked}`;
  const how = forced ? "`ignore_eos` was asked for" : `a length was asked for, or \`max_tokens\` (${most}) was reached`;
  if (natural === 0) return `no answer ended by itself: ${how}`;
  return `${natural} of ${n} answers ended by themselves${asked}; of the others, ${how}`;
}
