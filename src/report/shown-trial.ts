import { quantileLinear, sortedCopy } from "../math/quantile.ts";
import { trialsOf, isUsable, type Trial } from "../schema/trial.ts";
import type { ReportInput } from "./report-input.ts";
import { judgedEffects, namedByOutcome } from "./relations/decisions.ts";

type Judged = Pick<ReportInput, "study" | "trials" | "decisions" | "effects" | "summaries">;

/**
 * The trial that a report shows in time: of the change that the answer names first, else of the baseline, the usable performance
 * trial whose deciding figure lies closest to their median. Where none of them is usable, of those that are INVALID. Null where
 * nothing ran to its end.
 */
export function shownTrial(input: Judged): Trial | null {
  const { summaries } = input;
  const named = namedByOutcome(judgedEffects(input)).flat();
  const baselines = summaries.filter(({ baseline }) => baseline);
  const rest = (baselines.length > 0 ? baselines : summaries).map(({ experiment }) => ({ experiment, metric: null }));
  const candidates = [...named, ...rest];
  for (const isWanted of [isUsable, isInvalid]) {
    for (const { experiment, metric } of candidates) {
      const trials = performanceOf(input, experiment).filter(isWanted);
      const trial = closestToMedian(trials, metric ?? "output_throughput value");
      if (trial !== null) return trial;
    }
  }
  return null;
}

function isInvalid({ verdict: { status } }: Trial): boolean {
  return status === "INVALID";
}

/** The performance trials of an experiment, in the order in which they ran. */
function performanceOf({ study, trials }: Judged, experiment: string): Trial[] {
  const id = study.experiments.find(({ labels }) => labels.name === experiment)?.id;
  return trialsOf(trials, id)
    .filter(({ spec }) => spec.purpose === "performance")
    .filter(({ spec }) => spec.fidelity === study.fidelity)
    .toSorted((left, right) => left.spec.position - right.spec.position);
}

/** The first of those that are equally close; one without the figure comes last. */
function closestToMedian(trials: readonly Trial[], figure: string): Trial | null {
  const valueOf = (trial: Trial): number | null =>
    trial.measurements.find(({ metric, stat }) => `${metric} ${stat}` === figure)?.value ?? null;
  const middle = quantileLinear(sortedCopy(trials.flatMap((trial) => valueOf(trial) ?? [])), 0.5);
  const distance = (trial: Trial): number => {
    const value = valueOf(trial);
    return value === null || middle === null ? Infinity : Math.abs(value - middle);
  };
  return trials.reduce<Trial | null>(
    (best, trial) => (best === null || distance(trial) < distance(best) ? trial : best),
    null,
  );
}
