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
}

const tokens = { inputTokens: 128, outputTokens: 128, firstUs: 20_000 };

/**
 * The three cases that the peers were first measured on: ten seconds each, 6,200, 24,900 and 6,400 tokens a second.
 * @param share of the requests, from 0 to 1: a quick look takes fewer.
 */
export function cases(share: number): Case[] {
  // Whole rounds of the closed loop: a started one would end with few streams and look cheap.
  const rounds = (count: number): number => Math.max(2, Math.round(count * share));
  return [
    {
      id: "closed-64",
      title: "64 streams, a token each 10 ms",
      streams: 64,
      ratePerS: null,
      requests: 64 * rounds(8),
      gapUs: 10_000,
      ...tokens,
    },
    {
      id: "closed-512",
      title: "512 streams, a token each 20 ms",
      streams: 512,
      ratePerS: null,
      requests: 512 * rounds(4),
      gapUs: 20_000,
      ...tokens,
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

/**
 * The ladder that finds what one worker carries: 512 streams, each rung asks for more tokens a second, up to more than
 * one core can write. Four to five seconds a rung.
 */
export function ladder(tokensPerS: readonly number[]): Case[] {
  const streams = 512;
  return tokensPerS.map((asked) => {
    const gapUs = Math.round((streams / asked) * 1e6);
    const rounds = Math.max(2, Math.round((asked * 4) / (tokens.outputTokens * streams)));
    const title = `512 streams, ${asked} tokens/s asked`;
    return { id: `ladder-${asked}`, title, streams, ratePerS: null, requests: streams * rounds, gapUs, ...tokens };
  });
}
