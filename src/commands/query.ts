import { query } from "../index/index.ts";
import { formatRows } from "../report/index.ts";
import type { World } from "../world/world.ts";
import { deliver } from "./deliver.ts";
import { explainFault, explainLeftOut } from "./explain.ts";
import { resultsFolderOf } from "./results-folder.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { queryFlags } from "./flags.ts";

export type QueryOptions = OptionsOf<typeof queryFlags> & { sql: string };

/** `ceteris query "SQL"`: rows of the documented views, as a table or as data. */
export async function queryCommand(world: World, options: QueryOptions): Promise<number> {
  const answer = await query(world, resultsFolderOf(world, options), options.sql);
  if (!answer.ok) return explainFault(world, answer.problem);
  const { columns, rows, leftOut } = answer.value;
  explainLeftOut(world, leftOut);
  const text = formatRows(
    columns.map(({ name }) => name),
    rows,
    options.format ?? "table",
  );
  return deliver(world, text, options.out);
}
