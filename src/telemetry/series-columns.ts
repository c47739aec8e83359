import type { Series } from "../schema/observation.ts";

/** Series as they grow. A name keeps the unit and the order in which it came. */
export interface SeriesColumns {
  add(name: string, unit: string, atNs: bigint, value: number | null): void;
  /** Times become nanoseconds since `originNs`. */
  finish(originNs: bigint): Series[];
}

export function createSeriesColumns(): SeriesColumns {
  const columns = new Map<string, { unit: string; atNs: bigint[]; value: (number | null)[] }>();
  return {
    add(name, unit, atNs, value) {
      const column = columns.getOrInsertComputed(name, () => ({ unit, atNs: [], value: [] }));
      column.atNs.push(atNs);
      column.value.push(value);
    },
    finish: (originNs) =>
      [...columns].map(([name, { unit, atNs, value }]) => ({
        name,
        unit,
        source: "telemetry",
        atNs: atNs.map((at) => Number(at - originNs)),
        value,
      })),
  };
}
