import type { ArrivalClock } from "./arrival-clock.ts";
import type { DelayHistogram } from "./delay-histogram.ts";

/** Time stamps of the kernel in nanoseconds: `SO_TIMESTAMPNS`, whose messages bear the same number. */
export const TIMESTAMPS = 35;

/** In `struct cmsghdr`, in words: its type, and behind it a `timespec`. */
const TYPE_WORD = 3;
const STAMP_WORD = 4;

/** When bytes arrived, and how long they had waited. */
export class Arrivals {
  readonly clock: ArrivalClock;
  /** True where the last time was the kernel's. */
  isStamped = false;
  private readonly delays: DelayHistogram;

  constructor(clock: ArrivalClock, delays: DelayHistogram) {
    this.clock = clock;
    this.delays = delays;
  }

  /** By the kernel's stamp where control data came along, which begin at a word; else the clock's moment. In ns of the trial's clock. */
  atNs(words: Uint32Array, control: number, hasControl: boolean): number {
    const { clock } = this;
    this.isStamped = hasControl && words[control + TYPE_WORD] === TIMESTAMPS;
    if (!this.isStamped) return clock.nowNs;
    const ageNs = clock.ageNs(words, control + STAMP_WORD);
    this.delays.add(Math.max(0, ageNs));
    return clock.nowNs - ageNs;
  }
}
