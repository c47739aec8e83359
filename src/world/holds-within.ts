import type { Clock } from "./world.ts";

/** Looks at once and then every `everyMs` until it holds, for `withinMs` at most: whether it does. */
export async function holdsWithin(
  clock: Pick<Clock, "nowNs" | "sleep">,
  { withinMs, everyMs }: { withinMs: number; everyMs: number },
  holds: () => Promise<boolean>,
): Promise<boolean> {
  const deadlineNs = clock.nowNs() + BigInt(Math.round(withinMs * 1e6));
  while (!(await holds())) {
    if (clock.nowNs() >= deadlineNs) return false;
    await clock.sleep(everyMs);
  }
  return true;
}
