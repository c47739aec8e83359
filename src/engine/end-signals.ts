import type { Launch } from "../schema/launch.ts";
import type { Fallback } from "./failures.ts";

/** What a signal that Ceteris did not send says about the cause; `words` follow "the engine". */
const signals: Readonly<Record<string, { number: number; class: string; words: string; hint: string }>> = {
  SIGKILL: {
    number: 9,
    class: "worker-died",
    words: "was killed",
    hint: "Most often this is the kernel's out-of-memory killer: look at dmesg, and at the container's memory limit.",
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
    words: "ran an instruction that this CPU lacks",
    hint: "Use a build of the engine for an older CPU, or another machine.",
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
    words: "aborted",
    hint: "The engine crashed in native code: the last lines of its log may say where.",
  },
};

/** Null where no signal ended the process. A shell or a container reports signal N as exit code 128 + N. */
export function endedBySignal(exit: Launch["exit"]): Fallback | null {
  for (const [name, { number, words, ...known }] of Object.entries(signals)) {
    if (exit?.signal !== name && exit?.code !== 128 + number) continue;
    return { class: known.class, hint: known.hint, message: `the engine ${words} (${name})` };
  }
  return null;
}
