/** Bounds of a pause, in ns: below the first the sleep costs more than it saves, above the last nothing more is saved. */
const SHORTEST_NS = 100_000;
const LONGEST_NS = 1_000_000;

/** Share of the gaps between two reads of a stream that are shorter than the one that counts. */
const SHORT_GAPS = 0.05;
/** How fast that one is followed: a step down where a gap was shorter, up where it was not. */
const STEP = 0.02;
/** A pause is no longer than this share of it: two tokens of a stream fall into one read where they come ten times closer together. */
const SHARE_OF_GAP = 0.1;
/** And no longer than this share of how long requests take: by so much a closed loop may be slowed down. */
const SHARE_OF_REQUEST = 0.001;
const SMOOTHING = 1 / 16;

/**
 * How long to wait after some sockets were read, so that more have something to read then: one wake-up of the thread serves
 * several. Only for times that are the kernel's, which are right however late they are read. Short or uneven gaps between
 * tokens, and short requests, have none.
 */
export class ReadPause {
  /** A quantile of the gaps between reads of one stream, in ns: begins low, and rises with what is seen. */
  private gapNs = SHORTEST_NS;
  /** Of a request, from its sending to its end; a mean that forgets. */
  private requestNs = 0;

  sawGap(gapNs: number): void {
    this.gapNs *= gapNs < this.gapNs ? 1 - STEP * (1 - SHORT_GAPS) : 1 + STEP * SHORT_GAPS;
  }

  /** A read without the kernel's time: one that waits would be wrong by the wait. */
  sawNoStamp(): void {
    this.gapNs = SHORTEST_NS;
  }

  sawRequest(tookNs: number): void {
    this.requestNs += (tookNs - this.requestNs) * (this.requestNs === 0 ? 1 : SMOOTHING);
  }

  /** In whole microseconds; 0 where there is to be none. */
  us(): number {
    const ns = Math.min(LONGEST_NS, this.gapNs * SHARE_OF_GAP, this.requestNs * SHARE_OF_REQUEST);
    return ns < SHORTEST_NS ? 0 : Math.floor(ns / 1000);
  }
}
