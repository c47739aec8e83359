import type { Launch } from "../schema/launch.ts";
import type { Fallback } from "./failures.ts";

/** What a signal tells that nobody here sent; `words` go on after "the engine". */
const signals: Readonly<Record<string, { number: number; class: string; words: string; hint: string }>> = {
  SIGKILL: {
    number: 9,
    class: "worker-died",
    words: "was killed",
    hint: "Most often this is the kernel's out-of-memory killer: look at dmesg, and at the container's limit of memory.",
  },
  SIGBUS: {
    number: 7,
    class: "shared-memory-full",
    words: "ended with a bus error",
    hint: "/dev/shm is full or small: start the container with --shm-size=16g (or --ipc=host).",
  },
  SIGILL: {
    number: 4,
    class: "cpu-unsupported",
    words: "met an instruction that this CPU lacks",
    hint: "Take a build of the engine for an older CPU, or another machine.",
  },
  SIGSEGV: {
    number: 11,
    class: "crashed",
    words: "crashed with a segmentation fault",
    hint: "The engine crashed in native code: try another kernel or version, and report it there.",
  },
  SIGABRT: {
    number: 6,
    class: "crashed",
    words: "aborted itself",
    hint: "The engine crashed in native code: the last lines of its log may say where.",
  },
};

/** Null where the process ended of itself. A shell or a container says 128 + N for signal N. */
export function endedBySignal(exit: Launch["exit"]): Fallback | null {
  for (const [name, { number, words, ...known }] of Object.entries(signals)) {
    if (exit?.signal !== name && exit?.code !== 128 + number) continue;
    return { class: known.class, hint: known.hint, message: `the engine ${words} (${name})` };
  }
  return null;
}
