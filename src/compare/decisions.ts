import type { Decision } from "../schema/effect.ts";
import type { Trial } from "../schema/trial.ts";
import { accuracyOf } from "./accuracy.ts";
import { poolOf } from "./pool.ts";
import { experimentsByName, isBaseline, type ComparedExperiment, type ComparedStudy } from "./study.ts";

/** The fidelities whose trials may say VALID; the others measure and do not certify. */
const certifying = new Set(["valid", "submission"]);

/**
 * What to do with each change. Comparisons are not judged by rules yet, so that a change that was run is HOLD, with all
 * that is missing for more; a decision never rests on one trial in silence.
 */
export function decisions(study: ComparedStudy, trials: readonly Trial[]): Decision[] {
  const byName = experimentsByName(study);
  return study.experiments.map((experiment) => {
    const { name } = experiment.labels;
    if (experiment.skip !== null) {
      return { experiment: name, outcome: "SKIPPED", because: experiment.skip, missing: [] };
    }
    if (isBaseline(study, name)) {
      return { experiment: name, outcome: "BASELINE", because: "the others are measured against it", missing: [] };
    }
    const controls = study.contrasts.filter(({ treatment }) => treatment === name).map(({ control }) => control);
    const baseline = controls
      .map((control) => byName.get(control))
      .find((one) => one && isBaseline(study, one.labels.name));
    const missing = [
      ...missingOf(study, trials, experiment, ""),
      ...(baseline === undefined ? [] : missingOf(study, trials, baseline, "baseline: ")),
      ...(certifying.has(study.fidelity) ? [] : [`fidelity ${study.fidelity} measures and does not certify`]),
      ...(trials.some(({ spec, origin }) => spec.experimentId === experiment.id && origin === "simulated")
        ? ["simulated: nothing was measured"]
        : []),
      "comparisons are not judged by rules yet",
    ];
    return { experiment: name, outcome: "HOLD", because: `missing: ${missing.join("; ")}`, missing };
  });
}

function missingOf(
  study: ComparedStudy,
  trials: readonly Trial[],
  experiment: ComparedExperiment,
  whose: string,
): string[] {
  const pool = poolOf(trials, experiment.id, "performance", study.fidelity);
  const missing: string[] = [];
  if (pool.of === 0) missing.push("no performance trial yet");
  else if (pool.trials.length === 0) missing.push(`no usable performance trial (${statusesOf(trials, experiment.id)})`);
  else if (pool.trials.length === 1) missing.push("one usable performance trial only");
  else if (new Set(pool.trials.map(({ launchId, spec }) => launchId ?? spec.trialId)).size === 1) {
    missing.push("all performance trials ran in one launch of the engine");
  }
  const accuracy = accuracyOf(study, trials, experiment, pool);
  if (accuracy.missing !== null) missing.push(accuracy.missing);
  return missing.map((text) => `${whose}${text}`);
}

function statusesOf(trials: readonly Trial[], experimentId: string): string {
  const statuses = trials
    .filter(({ spec }) => spec.experimentId === experimentId && spec.purpose === "performance")
    .map(({ verdict }) => verdict.status);
  return [...new Set(statuses)].toSorted().join(", ");
}
