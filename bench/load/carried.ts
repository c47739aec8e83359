import type { RunFigures } from "./figures.ts";

/** What one worker carries, from the rungs of the ladder. Tokens a second; null where no rung shows it. */
export interface Carried {
  client: string;
  /** The most that any rung carried. */
  most: number;
  /** The most of the rungs on which under 5 % of the tokens came together with another in one read. */
  oneEventARead: number | null;
  /** 1 ÷ CPU for each token on the rung with the highest rate of those: what a whole core would carry. */
  ofOneCore: number | null;
}

/** Sharing above this makes tokens cheaper than a stream of single ones would be. */
const sharedLimit = 0.05;

/** Reads the ladder, one client after the other in the order in which they first stand. */
export function carriedBy(runs: readonly RunFigures[]): Carried[] {
  return [...Map.groupBy(runs, ({ client }) => client)].map(([client, rungs]) => {
    const single = rungs
      .filter(({ sharedReads, sharedWrites }) => Math.max(sharedReads ?? 0, sharedWrites) < sharedLimit)
      .toSorted((a, b) => b.tokensPerS - a.tokensPerS)[0];
    return {
      client,
      most: Math.max(...rungs.map(({ tokensPerS }) => tokensPerS)),
      oneEventARead: single?.tokensPerS ?? null,
      ofOneCore: single === undefined ? null : 1e6 / single.cpuUsPerToken.load,
    };
  });
}
