import { figureText, percentText } from "../math/figures.ts";
import type { Expansion, Experiment } from "../schema/experiment.ts";
import { loadCurves, loadText } from "../schema/load-curve.ts";
import { exceededLimit, type StopLimit } from "../schema/stop.ts";
import type { Study } from "../schema/study.ts";
import type { Trial } from "../schema/trial.ts";

/**
 * What the stop rules of a study have ended, by the experiment's id, with the reason: the points of a curve above the lowest
 * one with a trial that exceeds a limit, whatever that trial's verdict. It follows from trials alone, so that a study that was
 * interrupted goes on as it would have.
 * @param trials those that stand
 */
export function endedByStop(
  { fidelity }: Pick<Study, "fidelity">,
  experiments: readonly Experiment[],
  trials: readonly Trial[],
): Map<string, string> {
  const ended = new Map<string, string>();
  const ruled = experiments.filter(({ workload, skip }) => workload.stop !== undefined && skip === null);
  if (ruled.length === 0) return ended;
  const byExperiment = Map.groupBy(
    trials.filter(({ spec }) => spec.purpose === "performance" && spec.fidelity === fidelity),
    ({ spec }) => spec.experimentId,
  );
  for (const { setting, points } of loadCurves(ruled)) {
    let why: string | null = null;
    for (const { load, member } of points) {
      if (why !== null) ended.set(member.id, why);
      const exceeded = (byExperiment.get(member.id) ?? [])
        .map((trial) => exceededLimit(member.workload.stop ?? [], trial))
        .find((one) => one !== null);
      if (exceeded) why ??= `the stop rule ended the curve at ${loadText(setting, load)}: ${exceededText(exceeded)}`;
    }
  }
  return ended;
}

/** `ttft_p99_ms 5320, at most 5000`; shares in per cent. */
function exceededText({ limit: { name, of, above }, value }: { limit: StopLimit; value: number }): string {
  const text = of === "share" ? percentText : figureText;
  return `${name} ${text(value)}, at most ${text(above)}`;
}

/** The expansion without what has been ended: those experiments are skipped. */
export function withoutEnded(expansion: Expansion, ended: ReadonlyMap<string, string>): Expansion {
  if (ended.size === 0) return expansion;
  const experiments = expansion.experiments.map((experiment) => {
    const why = ended.get(experiment.id);
    return why === undefined ? experiment : { ...experiment, skip: why };
  });
  return { ...expansion, experiments };
}
