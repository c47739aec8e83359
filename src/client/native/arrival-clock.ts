import { NS_PER_S } from "../trial-clock.ts";
import { nativeBytes, type Libc, type NativeBytes } from "./libc.ts";

const REALTIME = 0;

/** Three readings take a fraction of a microsecond. */
const SAME_MOMENT_NS = 20_000;
const MOST_READINGS = 3;

/**
 * The kernel stamps what arrives on the machine's wall clock (socket(7), SO_TIMESTAMPNS). Here both clocks are read at
 * one moment, so that a stamp becomes a time of the trial's clock: now, less how long ago it was.
 */
export class ArrivalClock {
  /** The moment, in ns of the trial's clock. */
  nowNs = 0;
  /** The latest time at which every socket that has something to read now was seen to have nothing, in ns of the trial's clock. */
  emptyNs = 0;
  private waitedNs = 0;
  private readonly libc: Libc;
  private readonly now: () => number;
  private readonly time: NativeBytes = nativeBytes(16);
  private seconds = 0;
  private nanoseconds = 0;

  constructor(libc: Libc, now: () => number) {
    this.libc = libc;
    this.now = now;
  }

  /** To be called before each wait for sockets. `sawAll` is false where the wait before it may have left out sockets that had something to read. */
  wait(sawAll: boolean): void {
    if (sawAll) this.emptyNs = this.waitedNs;
    this.waitedNs = this.now();
  }

  /** The time now, which may be later than the moment. */
  latestNs(): number {
    return this.now();
  }

  /** This moment, from now on. */
  read(): void {
    const { words, address } = this.time;
    // Where the thread lost its core between the two readings, they are not of the same moment.
    for (let tries = 0; tries < MOST_READINGS; tries += 1) {
      const beforeNs = this.now();
      this.libc.clock_gettime(REALTIME, address);
      this.nowNs = this.now();
      if (this.nowNs - beforeNs < SAME_MOMENT_NS) break;
    }
    this.seconds = secondsAt(words, 0);
    this.nanoseconds = words[2]!;
  }

  /** How long before the moment a stamp was made, in ns; negative where it was made later. The stamp is a `timespec` that begins at a word. */
  ageNs(words: Uint32Array, at: number): number {
    return (this.seconds - secondsAt(words, at)) * NS_PER_S + (this.nanoseconds - words[at + 2]!);
  }
}

function secondsAt(words: Uint32Array, at: number): number {
  return words[at]! + words[at + 1]! * 2 ** 32;
}
