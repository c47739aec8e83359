import type { Trial } from "../schema/trial.ts";

/** Of trials that were tried again the last attempt alone, in the order given. */
export function lastAttempts(trials: readonly Trial[]): Trial[] {
  const last = new Map<string, number>();
  for (const { spec } of trials) last.set(keyOf(spec), Math.max(last.get(keyOf(spec)) ?? 0, spec.attempt));
  return trials.filter(({ spec }) => last.get(keyOf(spec)) === spec.attempt);
}

function keyOf({ experimentId, purpose, fidelity, replicate }: Trial["spec"]): string {
  return `${experimentId} ${purpose} ${fidelity} ${replicate}`;
}
