import { endWasSilent, laterTokens, nsPerLaterToken, type RequestRecord } from "../schema/observation.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { distributionStats, seriesRows } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "tpot",
  unit: "ms",
  title: "Time per output token",
  definition:
    "(Last token − first token) ÷ the tokens that arrived in the chunks after the first, over requests with at least two chunks. A token that the server counts and no chunk carries, as most end tokens, does not count.",
  better: "lower",
  stats: distributionStats,
};

export function measure(input: MetricInput): Measurement[] {
  const finished = finishedRequests(input);
  const arrived = arrivedTokens(input);
  const sample: number[] = [];
  for (const request of finished) {
    if (request.outputTokens === null) continue;
    const perToken = nsPerLaterToken(request, arrived(request));
    if (perToken !== null) sample.push(perToken / 1e6);
  }
  const none =
    finished.length === 0
      ? "no request finished"
      : "the server counted no tokens after the first chunk of any finished request";
  return seriesRows(definition, sample, { none });
}

/** Tokens after the first chunk: as many as the chunks say that they hold, else by the server's count. */
function arrivedTokens({ observation }: MetricInput): (request: RequestRecord) => number {
  const { requests, tokens } = observation;
  const first = new Float64Array(requests.length);
  const all = new Float64Array(requests.length);
  for (const { length, request, ordinal, tokens: bore } of tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const place = request[row]!;
      all[place]! += bore[row]!;
      if (ordinal[row] === 0) first[place] = bore[row]!;
    }
  }
  return (request) => {
    const said = all[request.index]!;
    // Where the chunks do not say, the log spreads the server's count over them, with the end token that was not sent.
    const isSpread = said === 0 || (said === request.outputTokens && endWasSilent(request));
    return isSpread ? laterTokens(request) : said - first[request.index]!;
  };
}
