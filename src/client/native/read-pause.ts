/** Bounds of a pause, in ns: below the first the sleep costs more than it saves, above the last nothing more is saved. */
const SHORTEST_NS = 100_000;
const LONGEST_NS = 3_000_000;

/** Share of the gaps between two reads of a stream that are shorter than the one that counts. */
const SHORT_GAPS = 0.05;
/** How fast that one is followed: a step down where a gap was shorter, up where it was not; and while little was seen. */
const STEP = 0.02;
const FIRST_STEP = 0.2;
const FEW_GAPS = 1000;
/** A pause is no longer than this share of it: two tokens of a stream fall into one read where they come three times closer together. */
const SHARE_OF_GAP = 0.3;
/** And no longer than this share of how long requests take: an end is seen half a pause late on average, which slows a closed loop down by as much. */
const SHARE_OF_REQUEST = 0.002;
const SMOOTHING = 1 / 16;

/**
 * How long to wait after some sockets were read, so that more have something to read then: one wake-up of the thread serves
 * several. Only for times that are the kernel's, which are right however late they are read. Short or uneven gaps between
 * tokens, and short requests, have none.
 */
export class ReadPause {
  /** A quantile of the gaps between reads of one stream, in ns: begins low, and rises with what is seen. */
  private gapNs = SHORTEST_NS;
  private gaps = 0;
  /** Of a request, from its sending to its end; a mean that forgets. Before the first end, of none. */
  private requestNs = 0;
  /** The longest so far that a request has taken, and is not over. */
  private oldestNs = 0;

  /** Between two reads of a stream, the second of them so long after its request was sent. */
  sawGap(gapNs: number, ageNs: number): void {
    const step = this.gaps < FEW_GAPS ? FIRST_STEP : STEP;
    this.gaps += 1;
    this.gapNs *= gapNs < this.gapNs ? 1 - step * (1 - SHORT_GAPS) : 1 + step * SHORT_GAPS;
    if (this.requestNs === 0 && ageNs > this.oldestNs) this.oldestNs = ageNs;
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
    const requestNs = this.requestNs === 0 ? this.oldestNs : this.requestNs;
    const ns = Math.min(LONGEST_NS, this.gapNs * SHARE_OF_GAP, requestNs * SHARE_OF_REQUEST);
    return ns < SHORTEST_NS ? 0 : Math.floor(ns / 1000);
  }
}
