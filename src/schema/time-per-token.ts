import { endWasSilent, laterTokens, nsPerLaterToken, type Observation, type RequestRecord } from "./observation.ts";
import { onceEach } from "./once-each.ts";

/** TPOT of the requests of a trial, in ns; null of one without tokens after its first chunk. Where its chunks say how many tokens they bear, by that. */
export const timePerToken = onceEach(
  ({ requests, tokens }: Pick<Observation, "requests" | "tokens">): ((request: RequestRecord) => number | null) => {
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
      return nsPerLaterToken(request, isSpread ? laterTokens(request) : said - first[request.index]!);
    };
  },
  new WeakMap(),
);
