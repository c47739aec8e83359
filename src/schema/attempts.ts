import type { Trial } from "./trial.ts";

/** Names what all attempts at one trial have in common. */
export function attemptsKey({ experimentId, purpose, fidelity, replicate }: Trial["spec"]): string {
  return `${experimentId} ${purpose} ${fidelity} ${replicate}`;
}

/** Of trials that were tried again the last attempt alone, in the order given. */
export function lastAttempts(trials: readonly Trial[]): Trial[] {
  const last = new Map<string, number>();
  for (const { spec } of trials) last.set(attemptsKey(spec), Math.max(last.get(attemptsKey(spec)) ?? 0, spec.attempt));
  return trials.filter(({ spec }) => last.get(attemptsKey(spec)) === spec.attempt);
}
