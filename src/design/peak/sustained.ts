import type { Expansion, Experiment } from "../../schema/experiment.ts";
import type { Study } from "../../schema/study.ts";
import { partnersOf } from "../partners.ts";
import { accuracyFollowsPeak, searchedExperiments } from "./searched.ts";

/** The rows whose peak is to be searched: those that are asked for, and what they are compared with where their peaks are sustained. */
export function searchesFor(study: Study, expansion: Expansion, wanted: (name: string) => boolean): Experiment[] {
  const searched = searchedExperiments(study, expansion);
  const asked = searched.filter(({ labels }) => wanted(labels.name));
  if (study.peak?.sustain !== true) return asked;
  const partners = partnersOf(expansion, searched);
  const ids = new Set(asked.flatMap(({ id }) => [id, ...partners(id)]));
  return searched.filter(({ id }) => ids.has(id));
}

/**
 * The design of a search whose peaks are known: each searched row at its peak, in blocks like the rows of any other study,
 * with its accuracy where that follows the peak. `peaks` has each row's experiment at its peak, by the row's own name; a row
 * without one is in no block.
 */
export function atPeaks(
  study: Study,
  expansion: Expansion,
  peaks: ReadonlyMap<string, Experiment>,
): { study: Study; expansion: Expansion } {
  return {
    study: { ...study, peak: null, accuracy: accuracyFollowsPeak(study) ? study.accuracy : null },
    expansion: {
      ...expansion,
      experiments: expansion.experiments.flatMap(({ labels }) => peaks.get(labels.name) ?? []),
      contrasts: expansion.contrasts.flatMap((contrast) => {
        const [treatment, control] = [peaks.get(contrast.treatment), peaks.get(contrast.control)];
        if (treatment === undefined || control === undefined) return [];
        return { ...contrast, treatment: treatment.labels.name, control: control.labels.name };
      }),
      baselines: expansion.baselines.flatMap((name) => peaks.get(name)?.labels.name ?? []),
    },
  };
}
