import { onceEach } from "../schema/once-each.ts";
import type { Trial } from "../schema/trial.ts";
import { poolOf, type Pool } from "./pool.ts";
import type { ComparedExperiment, ComparedStudy } from "./study.ts";

/** The accuracy trials that speak for an experiment's throughput, and why others do not. */
export interface BoundAccuracy {
  trials: Trial[];
  /** Null where there is one; else what is missing, in words. */
  missing: string | null;
}

/**
 * Accuracy holds for a configuration: usable accuracy trials of the same `accuracyKey`, whichever experiment ran them, and
 * where both sides know what they found, of the same `resolvedId` as the performance trials.
 */
export function accuracyOf(
  study: ComparedStudy,
  trials: readonly Trial[],
  experiment: ComparedExperiment,
  performance: Pool = poolOf(study, trials, experiment.id, "performance"),
): BoundAccuracy {
  const found = new Set(performance.trials.flatMap(({ resolvedId }) => resolvedId ?? []));
  const sameKey = accuracyTrials(trials).filter(
    ({ spec, accuracyKey }) => spec.fidelity === study.fidelity && accuracyKey === experiment.accuracyKey,
  );
  if (sameKey.length === 0) return { trials: [], missing: "accuracy not measured in this configuration" };
  const ids = new Set(sameKey.map(({ spec }) => spec.experimentId));
  const usable = [...ids].flatMap((id) => poolOf(study, sameKey, id, "accuracy").trials);
  if (usable.length === 0) {
    const [first] = [...ids].flatMap((id) => poolOf(study, sameKey, id, "accuracy").excluded);
    return { trials: [], missing: `accuracy trial is ${first?.why}` };
  }
  const bound = usable.filter(({ resolvedId }) => resolvedId === null || found.size === 0 || found.has(resolvedId));
  if (bound.length > 0) return { trials: bound, missing: null };
  return { trials: [], missing: "accuracy was measured on another engine build, configuration, model, data or GPU" };
}

/** Few of many: every experiment asks for them. */
const accuracyTrials = onceEach(
  (trials: readonly Trial[]) => trials.filter(({ spec }) => spec.purpose === "accuracy"),
  new WeakMap(),
);
