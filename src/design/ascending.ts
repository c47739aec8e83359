import type { Experiment } from "../schema/experiment.ts";
import { loadCurves } from "../schema/load-curve.ts";

/**
 * An order in which the curves that a stop rule may end run from their lowest load up: each curve keeps its places, and its
 * points fill them in ascending order. What stands in the order twice has its second visits sorted among themselves. Other
 * experiments stay where they are.
 */
export function ascending(order: readonly Experiment[]): Experiment[] {
  const ruled = new Set(order.filter(({ workload }) => workload.stop !== undefined));
  const places = new Map<Experiment, { curve: string; rank: number }>(
    loadCurves([...ruled]).flatMap(({ name, points }) =>
      points.map(({ member }, rank) => [member, { curve: name, rank }] as const),
    ),
  );
  if (places.size === 0) return [...order];
  const visits = new Map<Experiment, number>();
  const visited = order.flatMap((experiment, at) => {
    const place = places.get(experiment);
    if (place === undefined) return [];
    const visit = (visits.get(experiment) ?? 0) + 1;
    visits.set(experiment, visit);
    return { at, experiment, rank: place.rank, key: `${visit} ${place.curve}` };
  });
  const sorted = [...order];
  for (const own of Map.groupBy(visited, ({ key }) => key).values()) {
    const rising = own.toSorted((left, right) => left.rank - right.rank);
    for (const [index, { at }] of own.entries()) sorted[at] = rising[index]!.experiment;
  }
  return sorted;
}
