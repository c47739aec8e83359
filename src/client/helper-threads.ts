import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";

/** The name that Node gives the threads in which V8 compiles and collects garbage. */
const HELPER = "node-V8Worker";
/** Nice value: about a tenth of the time where the main thread wants all of it. */
const NICE = 10;
const TASKS = "/proc/self/task";

/**
 * Lets V8's threads give way to the thread that reads answers. Where the client has one core, a compilation that code
 * just became hot enough for else takes that core for a whole slice of the scheduler, 3 to 5 ms, in the middle of the
 * burst of answers that made it so, and every time stamped after it is late by as much. Linux only, which has a priority
 * for each thread (sched(7), "The nice value"); returns how many threads it was done for.
 */
export function letHelpersGiveWay(): number {
  if (process.platform !== "linux") return 0;
  let done = 0;
  for (const task of tasks()) {
    try {
      if (readFileSync(`${TASKS}/${task}/comm`, "utf8").trim() !== HELPER) continue;
      setPriority(Number(task), NICE);
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
