import { onceEach } from "./once-each.ts";
import type { Trial } from "./trial.ts";

/** Every experiment is asked about, many times: they are grouped once while the list is kept. */
const byExperiment = onceEach(
  (trials: readonly Trial[]) => Map.groupBy(trials, ({ spec }) => spec.experimentId),
  new WeakMap(),
);

/** The trials of an experiment, in their order. The list must not change. */
export function trialsOf(trials: readonly Trial[], experimentId: string | undefined): readonly Trial[] {
  return byExperiment(trials).get(experimentId ?? "") ?? [];
}
