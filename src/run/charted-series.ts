import { engineMetric } from "../telemetry/index.ts";

/** A figure of a trial over time; seconds from its start. */
interface Series {
  name: string;
  unit: string;
  points: { atS: number; value: number | null }[];
}

/**
 * What a chart can show of a trial's series, one point a second: levels as they are, and counters as their growth per second.
 * Seconds that add up, and the counts that belong to them, are in the parquet files alone: over time they only rise.
 */
export function chartedSeries(series: readonly Series[]): Series[] {
  return series.flatMap(({ name, unit, points }) => {
    const isCounter = name.startsWith("engine/") && engineMetric(name.slice("engine/".length)).kind === "counter";
    const thinned = onePerSecond(points);
    if (unit === "s" || (isCounter && name.endsWith("_count"))) return [];
    return isCounter
      ? [{ name: `${name}_per_s`, unit: `${unit}/s`, points: growth(thinned) }]
      : [{ name, unit, points: thinned }];
  });
}

/** From each point to the next, at the later one; unknown where either is, and where the counter began anew. */
function growth(points: Series["points"]): Series["points"] {
  return points.slice(1).map(({ atS, value }, at) => {
    const before = points[at]!;
    const grown = value === null || before.value === null ? -1 : value - before.value;
    return { atS, value: grown < 0 ? null : grown / (atS - before.atS) };
  });
}

/** The first sample of each second: a GPU is read ten times a second, and a tracking server is for looking at. The parquet has them all. */
function onePerSecond(points: Series["points"]): Series["points"] {
  let last = Number.NEGATIVE_INFINITY;
  return points.filter(({ atS }) => {
    const second = Math.floor(atS);
    if (second === last) return false;
    last = second;
    return true;
  });
}
