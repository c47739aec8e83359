import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { NS_PER_MS, NS_PER_S } from "../../math/units.ts";
import type { Delays } from "../../schema/observation.ts";
import type { ReadHealth } from "../transport/socket-backend.ts";
import { nativeBytes, type Libc, type NativeBytes } from "./libc.ts";

/** Time stamps of the kernel in nanoseconds: `SO_TIMESTAMPNS`, whose messages bear the same number. */
export const TIMESTAMPS = 35;

/** In `struct cmsghdr`, in words: its type, followed by a `timespec`. */
const TYPE_WORD = 3;
const STAMP_WORD = 4;

const REALTIME = 0;

/** Two clocks are compared to within this, in ns: three readings take a fraction of a microsecond unless the thread loses its core. */
const PRECISION_NS = 20_000;
const MOST_READINGS = 3;

/**
 * When bytes arrived, how long they had waited to be read, and how wrong that can be. The kernel stamps what arrives on the
 * machine's wall clock (socket(7), SO_TIMESTAMPNS). Both clocks are read at one moment after each wait, so that a stamp
 * becomes a time of the trial's clock: that moment, less the age of the stamp.
 */
export class Arrivals {
  /** The moment at which the clocks were read last, in ns of the trial's clock. */
  nowNs = 0;
  /** True where the time of the last read was the kernel's. */
  isStamped = false;
  private readonly libc: Libc;
  private readonly now: () => number;
  private readonly wall: NativeBytes = nativeBytes(16);
  private wallS = 0;
  private waitedNs = 0;
  /** The latest time at which every socket that has something to read now was seen to be empty. */
  private emptyNs = 0;
  private readonly delays = createHistogram();
  private readonly bounds = createHistogram();
  private clamped = 0;

  constructor(libc: Libc, now: () => number) {
    this.libc = libc;
    this.now = now;
  }

  /** To be called before each wait for sockets. `sawAll` is false where the wait before it may have left out sockets that had something to read. */
  beforeWait(sawAll: boolean): void {
    if (sawAll) this.emptyNs = this.waitedNs;
    this.waitedNs = this.now();
  }

  /** To be called after each wait that found something, before anything is read. */
  afterWait(): void {
    // Where the thread lost its core between the two readings, they are not of the same moment.
    for (let tries = 0; tries < MOST_READINGS; tries += 1) {
      const beforeNs = this.now();
      this.libc.clock_gettime(REALTIME, this.wall.address);
      this.nowNs = this.now();
      if (this.nowNs - beforeNs < PRECISION_NS) break;
    }
    this.wallS = secondsAt(this.wall.words, 0);
  }

  /**
   * When the bytes of a read arrived, in ns of the trial's clock: by the kernel's stamp where control data came along, which
   * begin at the word `control`; else the moment of the last wait. The stamp is that of the last byte. It lies between the
   * time at which the socket was last read or written, `earliestNs`, and now; a stamp outside, because the machine's clock
   * was set meanwhile, is moved to the nearer end.
   */
  atNs(words: Uint32Array, control: number, hasControl: boolean, earliestNs: number): number {
    this.isStamped = hasControl && words[control + TYPE_WORD] === TIMESTAMPS;
    if (!this.isStamped) return this.nowNs;
    const at = control + STAMP_WORD;
    const ageNs = (this.wallS - secondsAt(words, at)) * NS_PER_S + (this.wall.words[2]! - words[at + 2]!);
    const atNs = this.clamp(this.nowNs - ageNs, earliestNs);
    record(this.delays, this.nowNs - atNs);
    // The first event of this read came after the socket was last seen to be empty, and after it was last read or written.
    record(this.bounds, atNs - Math.max(this.emptyNs, earliestNs));
    return atNs;
  }

  /** Since the last call; null where no stamp was the kernel's. */
  take(): ReadHealth | null {
    const reads = this.delays.count;
    if (reads === 0) return null;
    const health = {
      delayMs: delaysOf(this.delays),
      boundMs: delaysOf(this.bounds),
      clampedShare: this.clamped / reads,
    };
    this.clamped = 0;
    return health;
  }

  private clamp(stampNs: number, earliestNs: number): number {
    // Bytes that came after the clock was read are later than its moment. An earliest time after now bounds nothing: the zero was moved meanwhile.
    const latestNs = stampNs > this.nowNs ? this.now() : this.nowNs;
    const fromNs = earliestNs > latestNs ? -Infinity : earliestNs;
    const atNs = Math.min(Math.max(stampNs, fromNs), latestNs);
    if (Math.abs(atNs - stampNs) > PRECISION_NS) this.clamped += 1;
    return atNs;
  }
}

/** Seconds of a `timespec` that begins at a word. */
function secondsAt(words: Uint32Array, at: number): number {
  return words[at]! + words[at + 1]! * 2 ** 32;
}

function record(histogram: RecordableHistogram, ns: number): void {
  histogram.record(Math.max(1, Math.round(ns)));
}

/** Empties the histogram. */
function delaysOf(histogram: RecordableHistogram): Delays {
  const [p50, p99] = [histogram.percentile(50), histogram.percentile(99)];
  const delays = { p50: p50 / NS_PER_MS, p99: p99 / NS_PER_MS, max: histogram.max / NS_PER_MS };
  histogram.reset();
  return delays;
}
