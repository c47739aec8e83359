import type { Launch } from "../schema/launch.ts";
import signals from "./end-signals.json" with { type: "json" };
import type { Fallback } from "./failures.ts";

/** What a signal that Ceteris did not send says about the cause; `words` follow "the engine". */
const known: Readonly<Record<string, { number: number; class: string; words: string; hint: string }>> = signals;

/** Null where no signal ended the process. A shell or a container reports signal N as exit code 128 + N. */
export function endedBySignal(exit: Launch["exit"]): Fallback | null {
  for (const [name, { number, words, hint, ...signal }] of Object.entries(known)) {
    if (exit?.signal !== name && exit?.code !== 128 + number) continue;
    return { class: signal.class, hint, message: `the engine ${words} (${name})` };
  }
  return null;
}
