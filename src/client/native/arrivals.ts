import type { StampHealth } from "../../schema/observation.ts";
import type { ArrivalClock } from "./arrival-clock.ts";
import { DelayHistogram } from "./delay-histogram.ts";

/** Time stamps of the kernel in nanoseconds: `SO_TIMESTAMPNS`, whose messages bear the same number. */
export const TIMESTAMPS = 35;

/** In `struct cmsghdr`, in words: its type, and behind it a `timespec`. */
const TYPE_WORD = 3;
const STAMP_WORD = 4;

/** How far a stamp may lie outside its read without being counted, in ns: how exactly two clocks can be compared. */
const PRECISION_NS = 20_000;

/** How good the stamps were since the last call of `take`. */
export type ReadHealth = Pick<StampHealth, "boundMs" | "clampedShare"> & { delayMs: StampHealth["boundMs"] };

/** When bytes arrived, how long they had waited, and how wrong that can be. */
export class Arrivals {
  readonly clock: ArrivalClock;
  /** True where the last time was the kernel's. */
  isStamped = false;
  private readonly delays = new DelayHistogram();
  private readonly bounds = new DelayHistogram();
  private reads = 0;
  private clamped = 0;

  constructor(clock: ArrivalClock) {
    this.clock = clock;
  }

  /**
   * When the bytes of a read arrived, in ns of the trial's clock: by the kernel's stamp where control data came along, which
   * begin at a word; else the clock's moment. The stamp is that of the last byte. It lies between the time at which the
   * socket was last read or written, `earliestNs`, and now; a stamp that does not, since the machine's clock was set
   * meanwhile, is moved to the nearer end.
   */
  atNs(words: Uint32Array, control: number, hasControl: boolean, earliestNs: number): number {
    const { clock } = this;
    this.isStamped = hasControl && words[control + TYPE_WORD] === TIMESTAMPS;
    if (!this.isStamped) return clock.nowNs;
    const atNs = this.clamp(clock.nowNs - clock.ageNs(words, control + STAMP_WORD), earliestNs);
    this.delays.add(Math.max(0, clock.nowNs - atNs));
    // The first event of this read came after the socket was last seen to be empty, and after it was last read or written.
    this.bounds.add(Math.max(0, atNs - Math.max(clock.emptyNs, earliestNs)));
    return atNs;
  }

  /** Null where no stamp was the kernel's. */
  take(): ReadHealth | null {
    const [delayMs, boundMs] = [this.delays.take(), this.bounds.take()];
    const clampedShare = this.reads === 0 ? 0 : this.clamped / this.reads;
    this.reads = 0;
    this.clamped = 0;
    return delayMs === null || boundMs === null ? null : { delayMs, boundMs, clampedShare };
  }

  private clamp(stampNs: number, earliestNs: number): number {
    this.reads += 1;
    // Bytes that came after the clock was read are later than its moment. An earliest time after now bounds nothing: the zero was moved meanwhile.
    const latestNs = stampNs > this.clock.nowNs ? this.clock.latestNs() : this.clock.nowNs;
    const fromNs = earliestNs > latestNs ? -Infinity : earliestNs;
    const atNs = Math.min(Math.max(stampNs, fromNs), latestNs);
    if (Math.abs(atNs - stampNs) > PRECISION_NS) this.clamped += 1;
    return atNs;
  }
}
