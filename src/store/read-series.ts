import { DuckDBInstance } from "@duckdb/node-api";
import { join } from "node:path";
import type { World } from "../world/world.ts";
import { engineMetricsFile, telemetryFile } from "./parquet-files.ts";

/** A figure of a finished trial over time, as its folder holds it. */
export interface StoredSeries {
  /** `engine/waiting`: the file it stood in, and its name there. */
  name: string;
  unit: string;
  points: { atS: number; value: number | null }[];
}

const files = { engine: engineMetricsFile.name, telemetry: telemetryFile.name };

/** All series of a trial folder, in the order of their names; empty where the trial has none. */
export async function readSeries(world: Pick<World, "files">, trialFolder: string): Promise<StoredSeries[]> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    const found = new Map<string, StoredSeries>();
    for (const [source, file] of Object.entries(files)) {
      const path = join(trialFolder, file);
      if (!(await world.files.exists(path))) continue;
      const rows = await connection.runAndReadAll(
        "SELECT name, unit, at_s, value FROM read_parquet(?) ORDER BY name, at_s",
        [path],
      );
      for (const [name, unit, atS, value] of rows.getRowsJS() as [string, string, number, number | null][]) {
        const key = `${source}/${name}`;
        const series = found.get(key) ?? { name: key, unit, points: [] };
        found.set(key, series);
        series.points.push({ atS, value });
      }
    }
    return [...found.values()];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
