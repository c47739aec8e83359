import type { TrialSpec } from "./trial-spec.ts";

/** What tells a trial from the others of its study. */
type Attempt = Pick<TrialSpec, "experimentId" | "purpose" | "fidelity" | "replicate" | "attempt">;

/** What all attempts at one trial have in common. */
export function attemptsKey({ experimentId, purpose, fidelity, replicate }: Omit<Attempt, "attempt">): string {
  return `${experimentId} ${purpose} ${fidelity} ${replicate}`;
}

/** Of trials that were tried again the last attempt alone, in the order given. */
export function lastAttempts<Item>(items: readonly Item[], attemptOf: (item: Item) => Attempt): Item[] {
  const last = new Map<string, Item>();
  for (const item of items) {
    const attempt = attemptOf(item);
    const known = last.get(attemptsKey(attempt));
    if (known === undefined || attempt.attempt > attemptOf(known).attempt) last.set(attemptsKey(attempt), item);
  }
  const kept = new Set(last.values());
  return items.filter((item) => kept.has(item));
}
