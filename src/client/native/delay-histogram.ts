import type { Delays } from "../../schema/observation.ts";
import { NS_PER_MS } from "../trial-clock.ts";

/** Steps to a doubling: a percentile is told to within 4.4 %. */
const STEPS = 16;
/** Doublings from 1 ns: the last is over a day. */
const OCTAVES = 47;

/** Delays by their size: constant room, nothing kept for each. */
export class DelayHistogram {
  private readonly counts = new Uint32Array(STEPS * OCTAVES);
  private total = 0;
  private maxNs = 0;

  /** Zero or more, in ns. */
  add(delayNs: number): void {
    const place = Math.min((Math.log2(delayNs + 1) * STEPS) | 0, this.counts.length - 1);
    this.counts[place] = this.counts[place]! + 1;
    this.total += 1;
    if (delayNs > this.maxNs) this.maxNs = delayNs;
  }

  /** Those since the last call, each percentile as the upper end of its step; null where there were none. */
  take(): Delays | null {
    if (this.total === 0) return null;
    const delays = { p50: this.percentile(0.5), p99: this.percentile(0.99), max: this.maxNs / NS_PER_MS };
    this.counts.fill(0);
    this.total = 0;
    this.maxNs = 0;
    return delays;
  }

  private percentile(share: number): number {
    let before = 0;
    const place = this.counts.findIndex((count) => (before += count) >= share * this.total);
    return Math.min(2 ** ((place + 1) / STEPS) - 1, this.maxNs) / NS_PER_MS;
  }
}
