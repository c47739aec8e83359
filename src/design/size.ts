import type { Axis } from "../schema/axis.ts";
import type { Study } from "../schema/study.ts";

/** How many experiments a study has at most, before any of them is made, and what makes them so many. */
export interface Size {
  /** Before `exclude` leaves any out. */
  experiments: number;
  /** Of the combinations: `8 × 8 × 4`. */
  factors: number[];
  /** Of the sweep's cells, for the workload that has most. */
  axes: number[];
}

/** The size of what `expandStudy` would make: systems × the workloads' cells × rows. */
export function sizeOf({ design, systems, workloads, sweep }: Study): Size {
  const factors = (design.factors ?? []).map(({ points }) => points.length);
  const rows = 1 + design.changes.length + (factors.length === 0 ? 0 : product(factors));
  const ofRows = design.changes.flatMap((change) => change.sweep ?? []);
  const cells = workloads.map((workload) => pointsByAxis([...sweep, ...(workload.sweep ?? []), ...ofRows]));
  const all = cells.reduce((total, axes) => total + product(axes), 0);
  const axes = cells.toSorted((one, other) => product(other) - product(one))[0] ?? [];
  return { experiments: Math.max(1, systems.length) * rows * all, factors, axes };
}

/** The points of all axes of one name together, some of which may be the same. */
function pointsByAxis(axes: readonly Axis[]): number[] {
  const counts = new Map<string, Set<string>>();
  for (const { name, points } of axes) {
    const ids = counts.getOrInsertComputed(name, () => new Set());
    for (const { id } of points) ids.add(id);
  }
  return [...counts.values()].map(({ size }) => size);
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all * one, 1);
}
