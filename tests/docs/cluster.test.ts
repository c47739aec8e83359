import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { loadExecutor } from "../../src/matrix/index.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/cluster.md"), "utf8");
const examples = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""]) => parse(text) as object);
const problems = (file: object) => loadExecutor("example.yaml", stringify(file), root).diagnostics;

it("docs/cluster.md has slots as a file of slots is read", () => {
  const slots = examples.filter((example) => "slots" in example);
  expect(slots).toHaveLength(1);
  expect(slots.flatMap(problems)).toEqual([]);
});

it("docs/cluster.md has settings that the file for Slurm knows", () => {
  const slurm = parse(readFileSync(join(root, "experiments/executors/slurm.yaml"), "utf8")) as { settings: object };
  const [changed, ...more] = examples.filter((example) => "settings" in example) as { settings: object }[];
  expect(more).toEqual([]);
  expect(Object.keys(changed!.settings)).toEqual(Object.keys(slurm.settings));
  expect(problems({ ...slurm, ...changed })).toEqual([]);
});
