import type { Trial } from "./trial.ts";

const known = new WeakMap<readonly Trial[], Map<string, Trial[]>>();

/** The trials of an experiment, in their order. Every experiment is asked about, many times: they are grouped once while the list, which must not change, is kept. */
export function trialsOf(trials: readonly Trial[], experimentId: string | undefined): readonly Trial[] {
  let found = known.get(trials);
  if (found === undefined) {
    found = Map.groupBy(trials, ({ spec }) => spec.experimentId);
    known.set(trials, found);
  }
  return found.get(experimentId ?? "") ?? [];
}
