/**
 * `npm run bench:scale`: what many trials and large plans cost: a results folder of 10,000 trials, made by the store's own code,
 * is scanned, indexed, submitted and resumed from; a combination of 100,000 experiments is planned. SIMULATED figures.
 * `-- --short` makes a tenth of the trials; `--keep DIR` keeps the results there, and finds them again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { realWorld } from "../src/world/real-world.ts";
import { largeMatrix } from "../tests/support/plan-cost.ts";
import { costRow, costTitles } from "./report/cost.ts";
import { makeResults } from "./report/made-results.ts";

const { values } = parseArgs({ options: { short: { type: "boolean" }, keep: { type: "string" } } });
const blocks = values.short === true ? 5 : 50;
const trials = (count: number): string => `${(count * 100).toLocaleString("en")} trials`;
const folder = values.keep === undefined ? mkdtempSync(join(tmpdir(), "ceteris-scale-")) : resolve(values.keep);
const world = realWorld();
/** Submission without a scheduler: the scripts are written, and none is started. */
const emit = ["--executor", "local", "--emit", join(folder, "scripts")];

try {
  const results = join(folder, "results");
  if (!(await world.files.exists(results))) {
    await makeResults(world, results, { name: "whole", blocks, requests: 100 });
    await makeResults(world, results, { name: "half", blocks: 2 * blocks, requests: 100, done: blocks });
  }
  await world.files.writeText(join(folder, "large.yaml"), largeMatrix);
  rmSync(join(results, "ceteris.duckdb"), { force: true });
  console.log("SIMULATED\n");
  console.log(costTitles);
  for (const [title, goal, args] of [
    [`status of ${trials(2 * blocks)}`, "5 s", ["status"]],
    [`index of ${trials(2 * blocks)}`, "1,000 trials/s", ["index"]],
    [`${trials(blocks)} left of ${trials(2 * blocks)}: submitted`, "500 MB", ["run", "half.yaml", ...emit]],
    ["the same tracked", "500 MB", ["status", "half"]],
    ["the same resumed, up to its first trial", "500 MB", ["run", "half.yaml", "--dry-run"]],
    ["plan --json of 100,000 experiments", "5 s, 1 GB", ["plan", "large.yaml", "--json"]],
  ] as const)
    console.log(await costRow(`${title} (goal: ${goal})`, folder, args));
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true });
}
