import { NS_PER_S } from "../trial-clock.ts";
import { nativeBytes, type Libc, type NativeBytes } from "./libc.ts";

const REALTIME = 0;

/** Three readings take a fraction of a microsecond. */
const SAME_MOMENT_NS = 20_000;
const MOST_READINGS = 3;

/** Farther off than this no stamp is that can be right: the machine's clock was set meanwhile. */
const FARTHEST_NS = 60 * NS_PER_S;

/**
 * The kernel stamps what arrives on the machine's wall clock (socket(7), SO_TIMESTAMPNS). Here both clocks are read at
 * one moment, so that a stamp becomes a time of the trial's clock: now, less how long ago it was.
 */
export class ArrivalClock {
  /** The moment, in ns of the trial's clock. */
  nowNs = 0;
  private readonly libc: Libc;
  private readonly now: () => number;
  private readonly time: NativeBytes = nativeBytes(16);
  private seconds = 0;
  private nanoseconds = 0;

  constructor(libc: Libc, now: () => number) {
    this.libc = libc;
    this.now = now;
  }

  /** This moment, from now on. */
  read(): void {
    const { words, address } = this.time;
    // Where the thread lost its core between the two clocks, they would not tell of the same moment.
    for (let tries = 0; tries < MOST_READINGS; tries += 1) {
      const beforeNs = this.now();
      this.libc.clock_gettime(REALTIME, address);
      this.nowNs = this.now();
      if (this.nowNs - beforeNs < SAME_MOMENT_NS) break;
    }
    this.seconds = secondsAt(words, 0);
    this.nanoseconds = words[2]!;
  }

  /**
   * How long before the moment a stamp was made, in ns: less than none where it was made since; 0 where it cannot be right.
   * The stamp is a `timespec` at a word.
   */
  ageNs(words: Uint32Array, at: number): number {
    const ageNs = (this.seconds - secondsAt(words, at)) * NS_PER_S + (this.nanoseconds - words[at + 2]!);
    return Math.abs(ageNs) < FARTHEST_NS ? ageNs : 0;
  }
}

function secondsAt(words: Uint32Array, at: number): number {
  return words[at]! + words[at + 1]! * 2 ** 32;
}
