import type { Expansion, Experiment } from "../schema/experiment.ts";

/**
 * What must run in the same block as an experiment, by its id: the baseline, and every row that a contrast compares it with.
 * Without them its figures could be compared with nothing.
 */
export function partnersOf({ contrasts }: Pick<Expansion, "contrasts">, arms: readonly Experiment[]): Partners {
  const byName = new Map(arms.map(({ labels, id }) => [labels.name, id]));
  const partners = new Map<string, ReadonlySet<string>>();
  // Most rows are compared with the baseline alone: they share one set.
  const alone = new Map<string, ReadonlySet<string>>();
  for (const { treatment, control } of contrasts) {
    const [one, other] = [byName.get(treatment), byName.get(control)];
    if (one === undefined || other === undefined) continue;
    const known = partners.get(one);
    const single = alone.getOrInsertComputed(other, () => new Set([other]));
    partners.set(one, known === undefined ? single : new Set([...known, other]));
  }
  return (experimentId) => partners.get(experimentId) ?? none;
}

export type Partners = (experimentId: string) => ReadonlySet<string>;

const none: ReadonlySet<string> = new Set();
