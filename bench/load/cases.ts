/** One load that every client is put to. Times of the server in microseconds. */
export interface Case {
  id: string;
  title: string;
  /** Requests kept open; in the open loop the connections that the C floor has ready. */
  streams: number;
  /** Poisson arrivals, requests a second; null in the closed loop. */
  ratePerS: number | null;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  /** From a request's arrival to its first token, and from token to token. */
  firstUs: number;
  gapUs: number;
  /** All running requests get their token in the same step, as from an engine that batches, and end one after the other; else each has a time of its own. */
  inSteps: boolean;
  /** Processes of ours that share the load, a core each. */
  workers: number;
  /** Processes of the server, a core each. */
  servers: number;
}

/** Output tokens of a request. */
export const requestTokens = 128;

const tokens = {
  inputTokens: 128,
  outputTokens: requestTokens,
  firstUs: 20_000,
  inSteps: false,
  workers: 1,
  servers: 1,
};

/**
 * Ten seconds each, about 6,200, 24,900 and 6,400 tokens a second. In steps is what an engine with continuous
 * batching sends; Poisson arrivals, where each token comes alone, are the dearest that a client can meet.
 * @param share of the requests, from 0 to 1: a quick look takes fewer.
 */
export function cases(share: number): Case[] {
  // Whole rounds of the closed loop: a started one would end with few streams and look cheap.
  const rounds = (count: number): number => Math.max(2, Math.round(count * share));
  return [
    {
      ...tokens,
      id: "closed-64",
      title: "64 streams, a token each 10 ms, in steps",
      streams: 64,
      ratePerS: null,
      requests: 64 * rounds(8),
      gapUs: 10_000,
      inSteps: true,
    },
    {
      ...tokens,
      id: "closed-512",
      title: "512 streams, a token each 20 ms, in steps",
      streams: 512,
      ratePerS: null,
      requests: 512 * rounds(4),
      gapUs: 20_000,
      inSteps: true,
    },
    {
      id: "poisson-50",
      title: "Poisson 50/s, a token each 10 ms",
      streams: 256,
      ratePerS: 50,
      requests: Math.max(100, Math.round(500 * share)),
      gapUs: 10_000,
      ...tokens,
    },
  ];
}

/** The second case for two workers of ours: what sharing costs for each token, on whatever cores there are. */
export function twoWorkersCase(share: number): Case {
  const one = cases(share).find(({ id }) => id === "closed-512")!;
  return { ...one, id: "closed-512-2-workers", title: `${one.title}, two workers`, workers: 2 };
}

/** What a case of the ladder asks for, and on how many cores. */
export interface Rung {
  tokensPerS: number;
  workers: number;
  /** Share of the usual length, from 0 to 1. */
  share: number;
}

const rungS = 6;

/**
 * A step of the ladder: Poisson arrivals for six seconds, about 512 requests open at once. Not a closed loop: there the
 * answers end together, and the burst of new requests is what TTFT then shows.
 */
export function rungCase({ tokensPerS, workers, share }: Rung): Case {
  const inFlight = 512;
  const ratePerS = tokensPerS / tokens.outputTokens;
  return {
    ...tokens,
    id: `ladder-${workers}-${tokensPerS}`,
    title: `Poisson, ${tokensPerS} tokens/s asked, ${workers} workers`,
    // Far more than the spread of a Poisson process needs.
    streams: inFlight * 2,
    ratePerS,
    requests: Math.max(100, Math.round(ratePerS * rungS * share)),
    gapUs: Math.round((inFlight / tokensPerS) * 1e6),
    workers,
    // A core writes little more than one worker can read.
    servers: workers,
  };
}
