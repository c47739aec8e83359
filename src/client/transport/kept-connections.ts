import { NS_PER_MS } from "../../math/units.ts";

/** A connection that its server ends so soon after an answer, in ns, was not ended for being idle. */
const AT_ONCE_NS = 50 * NS_PER_MS;
/** After so many of those in a row the server keeps none: a request on one would have to be sent twice. */
const ENDED_IN_A_ROW = 3;

/** Learns whether a server keeps its connections, where it does not say so. */
export interface KeptConnections {
  /** False once the server is known to keep none. */
  areKept(): boolean;
  /** A kept connection carried another answer. */
  carriedAgain(): void;
  /** The server has ended a kept connection whose last answer ended at `answeredNs`; null where it carried none. */
  ended(answeredNs: number | null, atNs: number): void;
}

export function watchKeptConnections(): KeptConnections {
  let endedAtOnce = 0;
  return {
    areKept: () => endedAtOnce < ENDED_IN_A_ROW,
    carriedAgain: () => void (endedAtOnce = 0),
    ended(answeredNs, atNs) {
      const isAtOnce = answeredNs !== null && atNs - answeredNs < AT_ONCE_NS;
      endedAtOnce = isAtOnce ? endedAtOnce + 1 : 0;
    },
  };
}
