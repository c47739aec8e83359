/**
 * Write what is made from the code and committed:
 *
 *   node scripts/generate.ts [--check]
 *
 * With --check nothing is written: the script fails and names what drifted.
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { designKinds } from "../src/design/index.ts";
import { jsonSchemas } from "../src/matrix/yaml/json-schemas.ts";
import { pathOf, shipped, shippedCatalogue } from "./catalogue/shipped.ts";
import { checkDocs } from "./generate/check-docs.ts";
import { commandDocs, exitCodeDocs, flagTable } from "./generate/command-docs.ts";
import { dataDocs } from "./generate/data-docs.ts";
import { definitionDocs } from "./generate/definition-docs.ts";
import { doctorDocs } from "./generate/doctor-docs.ts";
import { environmentDocs } from "./generate/environment-docs.ts";
import { faultTables } from "./generate/fault-docs.ts";
import { initDocs } from "./generate/init-docs.ts";
import { knobDocs } from "./generate/knob-docs.ts";
import { metricDocs } from "./generate/metric-docs.ts";
import { pageWith } from "./generate/page.ts";
import { peerFlagTables } from "./generate/peer-flags.ts";
import { workloadDocs } from "./generate/workload-docs.ts";

/** A committed file, relative to the repository's root, and what makes its text. */
export interface Generator {
  path: string;
  make: () => string | Promise<string>;
}

export const generators: Generator[] = [
  ...Object.entries(jsonSchemas(designKinds)).map(([path, schema]) => ({
    path,
    make: () => `${JSON.stringify(schema, null, 2)}\n`,
  })),
  ...shipped.map((one) => ({ path: pathOf(one.version), make: () => shippedCatalogue(one).yaml })),
  { path: "docs/knobs.md", make: knobDocs },
  { path: "docs/metrics.md", make: metricDocs },
  { path: "docs/data.md", make: dataDocs },
  { path: "docs/workload.md", make: workloadDocs },
  { path: "docs/checks.md", make: checkDocs },
  { path: "docs/definitions.md", make: definitionDocs },
  { path: "docs/doctor.md", make: doctorDocs },
  { path: "docs/init.md", make: initDocs },
  { path: "docs/commands.md", make: commandDocs },
  { path: "docs/exit-codes.md", make: exitCodeDocs },
  { path: "docs/environment.md", make: environmentDocs },
  {
    path: "docs/bench.md",
    make: () => pageWith("docs/bench.md", { flags: flagTable("bench"), ...peerFlagTables() }),
  },
  { path: "docs/faults.md", make: () => pageWith("docs/faults.md", { faults: faultTables() }) },
  { path: "docs/compare.md", make: () => pageWith("docs/compare.md", { flags: flagTable("compare") }) },
  {
    path: "docs/mlperf.md",
    make: () => pageWith("docs/mlperf.md", { loadgen: flagTable("loadgen"), export: flagTable("export mlperf") }),
  },
];

const root = join(import.meta.dirname, "..");

/** Paths of the committed files that are not what the code makes now. */
async function drifted(): Promise<string[]> {
  const found: string[] = [];
  for (const { path, make } of generators) {
    const committed = await readFile(join(root, path), "utf8").catch(() => null);
    if (committed !== (await make())) found.push(path);
  }
  return found;
}

async function writeAll(paths: string[]): Promise<void> {
  for (const { path, make } of generators) {
    if (!paths.includes(path)) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), await make());
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const paths = await drifted();
  if (!values.check) await writeAll(paths);
  for (const path of paths) console.error(values.check ? `${path} is not what the code makes` : `wrote ${path}`);
  if (values.check && paths.length > 0) {
    console.error("Run `npm run generate` and commit what it writes.");
    process.exitCode = 1;
  }
}
