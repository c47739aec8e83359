import { resolve } from "node:path";
import { query } from "../index/index.ts";
import { formatRows, type RowFormat } from "../render/index.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";
import { resultsFolderOf, type ResultsOptions } from "./results-folder.ts";

export interface QueryOptions extends ResultsOptions {
  sql: string;
  format?: RowFormat;
  out?: string;
}

/** `ceteris query "SQL"`: rows of the documented views, as a table or as data. */
export async function queryCommand(world: World, options: QueryOptions): Promise<number> {
  const answer = await query(world, resultsFolderOf(world, options), options.sql);
  if (!answer.ok) return explainFault(world, answer.problem);
  const { columns, rows } = answer.value;
  const text = formatRows(
    columns.map(({ name }) => name),
    rows,
    options.format ?? "table",
  );
  if (options.out === undefined) world.streams.out(text);
  else await world.files.writeText(resolve(world.machine.workingFolder, options.out), text);
  return exitCodes.done;
}
