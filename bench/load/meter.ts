import { readNumbers } from "./csv.ts";

/** The account of a process tree at one moment. */
export interface MeterRow {
  atNs: number;
  /** CPU that the tree has used so far. */
  cpuNs: number;
  rssBytes: number;
  processes: number;
}

/** What `meter.c` wrote: the first row is the start, the last the kernel's own account of all that ran. */
export function readMeter(csv: string): MeterRow[] {
  const rows = readNumbers(csv, ["at_ns", "cpu_ns", "rss_bytes", "processes"]).map((row) => ({
    atNs: row.at_ns,
    cpuNs: row.cpu_ns,
    rssBytes: row.rss_bytes,
    processes: row.processes,
  }));
  // A process that ended between two rows is missing from one of them until its parent has waited for it.
  let highest = 0;
  for (const row of rows) {
    highest = Math.max(highest, row.cpuNs);
    row.cpuNs = highest;
  }
  return rows;
}

/** CPU of the tree up to a moment, in nanoseconds: between two rows in proportion to the time. */
export function cpuUntil(rows: readonly MeterRow[], atNs: number): number {
  const next = rows.findIndex((row) => row.atNs >= atNs);
  if (next < 0) return rows.at(-1)?.cpuNs ?? 0;
  const before = rows[next - 1];
  const after = rows[next]!;
  if (before === undefined) return after.cpuNs;
  return before.cpuNs + ((after.cpuNs - before.cpuNs) * (atNs - before.atNs)) / (after.atNs - before.atNs);
}

/** The largest sum of resident memory over the tree's processes, in bytes; pages that they share count for each. */
export function peakRssBytes(rows: readonly MeterRow[]): number {
  return rows.reduce((peak, row) => Math.max(peak, row.rssBytes), 0);
}
