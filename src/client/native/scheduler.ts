import { loadLibc, nativeBytes } from "./libc.ts";

/** sched_setattr(2) and sched_getattr(2), of the architectures that `libc.ts` knows. */
const calls: Readonly<Record<string, { set: number; get: number }>> = {
  x64: { set: 314, get: 315 },
  arm64: { set: 274, get: 275 },
};

/** Of `struct sched_attr`: its first version, and in words its policy, flags, nice value and the lower half of its slice. */
const BYTES = 48;
const POLICY = 1;
const FLAGS = 2;
const NICE = 4;
const SLICE = 6;

const OTHER = 0;
const BATCH = 3;
const NOT_INHERITED = 1;

/** How the scheduler treats a thread (sched(7)). */
interface Treatment {
  policy?: number;
  /** Nanoseconds. */
  slice?: number;
}

/** Takes its core from nobody who is running when it wakes (SCHED_BATCH); its share of the core is the same. True where it was done. */
export function neverPreempt(thread: number): boolean {
  return treat(thread, { policy: BATCH });
}

/**
 * Asks for short slices for a thread (0: this one): when it wakes it takes its core at once from one with longer slices,
 * which else may first use its own up. Its share of the core is the same. Linux 6.12 and later, where each thread may
 * choose (`sched_runtime` of SCHED_OTHER); earlier ones take no notice. What the thread starts has slices as ever: an
 * engine that was launched after a first load is to run like the one before it. True where it was asked for.
 */
export function takeSlices(thread: number, sliceNs: number): boolean {
  return treat(thread, { slice: sliceNs });
}

/** A thread that was given a policy of its own is left with it. */
function treat(thread: number, { policy, slice }: Treatment): boolean {
  const libc = loadLibc();
  const call = calls[process.arch];
  if (libc === null || call === undefined) return false;
  const { words, address } = nativeBytes(BYTES);
  if (libc.syscall(call.get, thread, address, BigInt(BYTES), 0, 0n, 0n) !== 0) return false;
  if (words[POLICY] !== OTHER && words[POLICY] !== policy) return false;
  if (policy !== undefined) words[POLICY] = policy;
  if (slice !== undefined) {
    // Not to be inherited means that a raised priority is not, either, which the engine was meant to have.
    if ((words[NICE]! | 0) < 0) return false;
    words[FLAGS] = words[FLAGS]! | NOT_INHERITED;
    words.set([slice, 0], SLICE);
  }
  return libc.syscall(call.set, thread, address, 0n, 0, 0n, 0n) === 0;
}
