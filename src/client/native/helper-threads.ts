import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { neverPreempt, takeSlices } from "./scheduler.ts";

/** The name that Node gives the threads in which V8 compiles and collects garbage. */
const HELPER = "node-V8Worker";
/** Nice value: about a tenth of the time where the main thread wants all of it. */
const NICE = 10;
const TASKS = "/proc/self/task";

/** Below what every thread has by default, 1.4 ms and more (EEVDF's `base_slice_ns`). */
const SLICE_NS = 500_000;

/**
 * Lets V8's threads give way to the thread that reads answers and sends. Where the client has one core, a compilation that
 * code just became hot enough for else takes that core for a whole slice of the scheduler, 3 to 5 ms, in the middle of the
 * burst of answers that made it so, and what is due meanwhile is late by as much. They keep a share: the main thread waits for
 * them before it collects garbage, and with SCHED_IDLE it would wait for ever on a core that others want. Linux only, where
 * each thread is treated by itself (sched(7)); returns how many threads it was done for.
 */
export function letHelpersGiveWay(): number {
  if (process.platform !== "linux") return 0;
  takeSlices(0, SLICE_NS);
  let done = 0;
  for (const task of tasks()) {
    try {
      if (readFileSync(`${TASKS}/${task}/comm`, "utf8").trim() !== HELPER) continue;
      setPriority(Number(task), NICE);
      neverPreempt(Number(task));
      done += 1;
    } catch {
      // It has ended, or nobody may: then it is as it was.
    }
  }
  return done;
}

function tasks(): string[] {
  try {
    return readdirSync(TASKS);
  } catch {
    return [];
  }
}
