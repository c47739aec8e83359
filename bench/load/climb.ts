import type { Result } from "../../src/schema/result.ts";
import type { RunFigures } from "./figures.ts";
import { countText } from "../../src/math/figures.ts";
import { requestTokens } from "./cases.ts";

/** Sharing above this makes tokens cheaper than a stream of single ones would be. */
const sharedLimit = 0.05;
/** Reported TTFT minus the server's, at the median, in ms. */
const errorLimitMs = 1;
/** Of the arrivals that were asked for; under 3 % of 1,000 Poisson arrivals is chance. */
const sentLimit = 0.9;
const firstTokensPerS = 20_000;
const highestTokensPerS = 1_280_000;
/** Between the last rung that held and the first that broke. */
const halvings = 3;

/** What a client carries with one event a read. */
export interface Climb {
  client: string;
  workers: number;
  /** Tokens a second of the highest rung that held; null where none did. */
  highest: number | null;
  /** 1 ÷ CPU for each token on that rung: what whole cores would carry. */
  ofOneCore: number | null;
  /** Why the next rung broke. */
  stop: string;
  rungs: { asked: number; carried: number | null; broke: string | null }[];
}

/**
 * Doubles the rate until the client's own error, its sharing of reads or lost requests say that it is past what it can,
 * then halves the distance three times. A rung that broke is tried once more: something else may have been in its way.
 */
export async function climb(
  { client, workers }: Pick<Climb, "client" | "workers">,
  take: (tokensPerS: number) => Promise<Result<RunFigures>>,
): Promise<Climb> {
  const rungs: Climb["rungs"] = [];
  let best: { carried: number; costUs: number } | null = null;
  let stop = `no rung broke up to ${highestTokensPerS} tokens/s`;
  const holds = async (asked: number): Promise<boolean> => {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const run = await take(asked);
      const broke = run.ok ? whyBroken(run.value, asked) : run.problem.message;
      const carried = run.ok ? carriedBy(run.value) : null;
      rungs.push({ asked, carried, broke });
      if (run.ok && carried !== null && broke === null) {
        if (best === null || carried > best.carried) best = { carried, costUs: run.value.cpuUsPerToken.load };
        return true;
      }
      stop = `at ${asked} tokens/s asked, ${broke}`;
    }
    return false;
  };

  let low = 0;
  let high = firstTokensPerS;
  while (high <= highestTokensPerS && (await holds(high))) [low, high] = [high, high * 2];
  for (let halving = 0; halving < halvings && low > 0 && high <= highestTokensPerS; halving += 1) {
    const middle = Math.round(Math.sqrt(low * high) / 1000) * 1000;
    if (await holds(middle)) low = middle;
    else high = middle;
  }
  // Only `holds` sets it, which the compiler does not see.
  const found = best as { carried: number; costUs: number } | null;
  const ofOneCore = found === null ? null : 1e6 / found.costUs;
  return { client, workers, highest: found?.carried ?? null, ofOneCore, stop, rungs };
}

/** Tokens a second that the arrivals ask for: a run's own mean also holds its beginning, its end, and what a client cuts off there. */
function carriedBy({ arrivals }: RunFigures): number | null {
  return arrivals === null ? null : arrivals.ratePerS * requestTokens;
}

/** Why a run is past what the client carries; null where it is not. */
export function whyBroken(run: RunFigures, asked: number): string | null {
  const { requests, sharedWrites, sharedReads, ttftErrorMs } = run;
  const lost = requests.asked - Math.min(requests.finished, requests.reported);
  if (lost > 0) return `${countText(lost, "request")} lost`;
  if (sharedWrites >= sharedLimit)
    return `the server itself wrote ${percent(sharedWrites)} of the tokens together with another`;
  if (sharedReads !== null && sharedReads >= sharedLimit)
    return `${percent(sharedReads)} of the tokens came in one read with another`;
  if (ttftErrorMs.p50 !== null && Math.abs(ttftErrorMs.p50) > errorLimitMs)
    return `its own error of TTFT p50 was ${ttftErrorMs.p50.toFixed(1)} ms`;
  const carried = carriedBy(run) ?? 0;
  if (carried < sentLimit * asked) return `it sent requests for ${Math.round(carried)} tokens/s alone`;
  return null;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
