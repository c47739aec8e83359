/**
 * `npm run bench:report`: what a report of many trials costs: `ceteris report --format html,md` of one study of 2,000 trials
 * and 5,000,000 requests, made by the store's own code, and `ceteris site build` of 1,000 trials. SIMULATED figures.
 * `-- --short` makes a tenth of it; `--keep DIR` keeps the results there, and finds them again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { realWorld } from "../src/world/real-world.ts";
import { makeResults } from "./report/made-results.ts";
import { costRow, costTitles } from "./report/cost.ts";

const { values } = parseArgs({ options: { short: { type: "boolean" }, keep: { type: "string" } } });
const scale = values.short === true ? 0.1 : 1;
const folder = values.keep === undefined ? mkdtempSync(join(tmpdir(), "ceteris-report-")) : resolve(values.keep);
const world = realWorld();

try {
  const large = join(folder, "large");
  const many = join(folder, "many");
  const studies = Array.from({ length: 10 }, (_, index) => `study-${index + 1}`);
  if (!(await world.files.exists(large))) {
    await makeResults(world, large, { name: "large", blocks: 20 * scale, requests: 2500 });
    for (const name of studies.slice(0, 10 * scale)) await makeResults(world, many, { name, blocks: 1, requests: 100 });
  }
  const report = ["report", "large", "--results", large, "--format", "html,md", "--out", join(folder, "out")];
  const site = ["site", "build", "--results", many, "--out", join(folder, "site")];
  console.log(
    `SIMULATED: ${2000 * scale} trials of 2,500 requests for the report, ${1000 * scale} trials for the site\n`,
  );
  console.log(costTitles);
  rmSync(join(large, "ceteris.duckdb"), { force: true });
  rmSync(join(many, "ceteris.duckdb"), { force: true });
  rmSync(join(folder, "site"), { recursive: true, force: true });
  for (const [title, args] of [
    ["report, index built", report],
    ["report, index there", report],
    ["site, made", site],
    ["site, nothing changed", site],
  ] as const)
    console.log(await costRow(title, folder, args));
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true });
}
