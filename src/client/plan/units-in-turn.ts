import type { Sample } from "../../schema/sample.ts";
import type { RequestClass } from "../../schema/workload.ts";
import { dealClasses } from "./classes.ts";

/** What is sent as one: the turns of a conversation, or a single question. */
export type Unit = readonly Sample[];

/** Whose datasets there are, and what deals them. */
export interface Mix {
  classes: readonly RequestClass[];
  seed: number;
}

/** Units that share a dataset: those of a class that has its own, or of all classes that have none. */
interface Pool {
  name: string | undefined;
  share: number;
  units: readonly Unit[];
}

/**
 * At least so many requests and so many units, in the order in which they are asked: those of `known` from the first on, and round
 * again where there are fewer. Where classes have datasets of their own, each dataset gets its classes' share of the units to
 * the nearest whole number, and the seed says which ones; each takes the next of its dataset's units.
 */
export function unitsInTurn(
  known: readonly Unit[],
  { requests, units: fewest = 0, mix }: { requests: number; units?: number; mix: Mix },
): Unit[] {
  const pools = poolsOf(known, mix.classes);
  const [only] = pools;
  if (pools.length === 1 && only !== undefined) return round(only.units, requests, fewest);
  const whole = pools.reduce((total, { share }) => total + share, 0);
  const perUnit = pools.reduce((total, { units, share }) => total + share * meanLength(units), 0) / whole;
  for (let count = Math.max(fewest, Math.ceil(requests / perUnit)); ;) {
    const units = dealt(pools, count, mix.seed);
    const missing = requests - units.reduce((total, { length }) => total + length, 0);
    if (missing <= 0) return units;
    count += Math.max(1, Math.ceil(missing / perUnit));
  }
}

function round(units: readonly Unit[], requests: number, fewest: number): Unit[] {
  const taken: Unit[] = [];
  for (let count = 0; count < requests || taken.length < fewest;) {
    const unit = units[taken.length % units.length]!;
    taken.push(unit);
    count += unit.length;
  }
  return taken;
}

function dealt(pools: readonly Pool[], count: number, seed: number): Unit[] {
  const next = pools.map(() => 0);
  const parts = dealClasses(
    pools.map(({ name = "", share }) => ({ name, share })),
    count,
    seed,
  );
  return Array.from(parts, (part) => {
    const { units } = pools[part]!;
    const unit = units[next[part]! % units.length]!;
    next[part]! += 1;
    return unit;
  });
}

/** One pool where no class has a dataset of its own. A dataset without a unit has no part. */
function poolsOf(known: readonly Unit[], classes: readonly RequestClass[]): Pool[] {
  const byName = Map.groupBy(known, ([first]) => first?.class);
  return [...byName].map(([name, units]) => {
    const sharing = classes.filter((one) => (name === undefined ? one.dataset === undefined : one.name === name));
    return { name, units, share: sharing.reduce((total, { share = 1 }) => total + share, 0) };
  });
}

function meanLength(units: readonly Unit[]): number {
  return units.reduce((total, { length }) => total + length, 0) / units.length;
}
