import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { nativeBytes, type Libc } from "./libc.ts";

/** The name that Node gives the threads in which V8 compiles and collects garbage. */
const HELPER = "node-V8Worker";
const TASKS = "/proc/self/task";
/** Nice value: about a tenth of the time where the main thread wants all of it. */
const HELPER_NICE = 10;
/** Below what every thread has by default, 1.4 ms and more (EEVDF's `base_slice_ns`). */
const SLICE_NS = 500_000;

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
export const BATCH = 3;
const NOT_INHERITED = 1;

/**
 * Lets V8's threads give way to the thread that reads answers and sends. Where the client has one core, a compilation of
 * code that just became hot would take that core for a whole slice of the scheduler, 3 to 5 ms, in the middle of a burst of
 * answers. V8's threads keep a share: the main thread waits for them before it collects garbage, and with SCHED_IDLE it
 * would wait for ever on a core that others want. Returns how many threads it was done for (sched(7)).
 */
export function letHelpersGiveWay(libc: Libc): number {
  setAttributes(libc, 0, { sliceNs: SLICE_NS });
  let done = 0;
  for (const task of existsSync(TASKS) ? readdirSync(TASKS) : []) {
    try {
      if (readFileSync(`${TASKS}/${task}/comm`, "utf8").trim() !== HELPER) continue;
      setPriority(Number(task), HELPER_NICE);
      setAttributes(libc, Number(task), { policy: BATCH });
      done += 1;
    } catch {
      // It has ended, or this process may not change it.
    }
  }
  return done;
}

/**
 * Changes how the scheduler treats a thread (0: this one); its share of the core stays. True where it was done: a thread that
 * was given a policy of its own is left with it. Under `BATCH` a thread that wakes preempts no other. One with short slices
 * takes its core at once when it wakes, from one that would else first use its own up (Linux 6.12 and later; earlier ones
 * take no notice); what it starts does not inherit that, so that an engine that is launched after a first load runs like the
 * one before it.
 */
export function setAttributes(
  libc: Libc,
  thread: number,
  { policy, sliceNs }: { policy?: number; sliceNs?: number },
): boolean {
  const call = calls[process.arch];
  if (call === undefined) return false;
  const { words, address } = nativeBytes(BYTES);
  if (libc.syscall(call.get, thread, address, BigInt(BYTES), 0, 0n, 0n) !== 0) return false;
  if (words[POLICY] !== OTHER && words[POLICY] !== policy) return false;
  if (policy !== undefined) words[POLICY] = policy;
  if (sliceNs !== undefined) {
    // Not to be inherited means that a raised priority is not, either, which the engine was meant to have.
    if ((words[NICE]! | 0) < 0) return false;
    words[FLAGS] = words[FLAGS]! | NOT_INHERITED;
    words.set([sliceNs, 0], SLICE);
  }
  return libc.syscall(call.set, thread, address, 0n, 0, 0n, 0n) === 0;
}
