import { join } from "node:path";
import { loadExecutor } from "../matrix/index.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Executor } from "../schema/executor.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";

const executorsFolder = "experiments/executors";

/**
 * How blocks are handed out, by the name of its file: the study's own wins over the one that comes with the program.
 * Failure: `no-such-executor`; what is wrong in a file are diagnostics, and then there is none.
 */
export async function executorNamed(
  world: World,
  root: string,
  name: string,
): Promise<Result<{ executor: Executor | null; diagnostics: Diagnostic[] }>> {
  const folders = [...new Set([root, world.machine.packageFolder])].map((folder) => join(folder, executorsFolder));
  const names: string[] = [];
  for (const folder of folders) {
    names.push(...(await world.files.list(folder)).flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []));
    if (!names.includes(name)) continue;
    const path = join(folder, `${name}.yaml`);
    const { value: executor, diagnostics } = loadExecutor(path, (await world.files.readText(path)) ?? "", root);
    return succeed({ executor: executor === null ? null : { ...executor, name }, diagnostics });
  }
  const known = [...new Set(names)].toSorted().join(", ");
  const hint = `There are: ${known}. Write your own as ${executorsFolder}/${name}.yaml.`;
  return fail("no-such-executor", `there is no executor ${name}`, hint);
}
