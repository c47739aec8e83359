import { join } from "node:path";
import { succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { readParquetRows } from "./parquet/read.ts";
import { engineMetricsFile, telemetryFile } from "./parquet-files.ts";

/** A figure of a finished trial over time, as its folder holds it. */
export interface StoredSeries {
  /** `engine/waiting`: the file it stood in, and its name there. */
  name: string;
  unit: string;
  points: { atS: number; value: number | null }[];
}

const sql = 'SELECT name, unit, at_s AS "atS", value FROM read_parquet($path) ORDER BY name, at_s';
type Row = Pick<StoredSeries, "name" | "unit"> & StoredSeries["points"][number];

const files = { engine: engineMetricsFile.name, telemetry: telemetryFile.name };

/** All series of a trial folder, in the order of their names; empty where the trial has none. */
export async function readSeries(world: Pick<World, "files">, trialFolder: string): Promise<Result<StoredSeries[]>> {
  const found = new Map<string, StoredSeries>();
  for (const [source, file] of Object.entries(files)) {
    const path = join(trialFolder, file);
    if (!(await world.files.exists(path))) continue;
    const read = await readParquetRows<Row>(sql, { path });
    if (!read.ok) return read;
    for (const { name, unit, atS, value } of read.value) {
      const key = `${source}/${name}`;
      found.getOrInsert(key, { name: key, unit, points: [] }).points.push({ atS, value });
    }
  }
  return succeed([...found.values()]);
}
