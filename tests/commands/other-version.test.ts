import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { checkVersions } from "../../src/commands/other-version.ts";
import { loadPlan } from "../../src/plan/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";
import { catalogues } from "../support/versioned-engine.ts";

const temporaryFolder = useTemporaryFolders();

const matrix = (version: string) => `study: a
question: q?
sut: { engine: many, model: m, version: ${version} }
baseline: { knobs: { both: 4 } }
design: { kind: isolation, changes: [{ id: b, set: { ${version === "1.0.0" ? "early" : "late"}: 5 } }] }
workloads: [{ dataset: { kind: synthetic, profile: chat } }]
`;

/** A study whose engine of some version is installed as pip does it. */
async function warnings(version: string, installed: string): Promise<string[]> {
  const folder = temporaryFolder();
  const packages = `venv/lib/python3.12/site-packages/many-${installed}.dist-info/METADATA`;
  const files = { ...catalogues, "a.yaml": matrix(version), "venv/bin/many": "", [packages]: "" };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const real = realWorld();
  const machine = { ...real.machine, workingFolder: folder };
  const world = { ...real, machine, variables: { PATH: join(folder, "venv/bin") } };
  const { plan, root } = await loadPlan(world, { matrix: "a.yaml" });
  const found = await checkVersions(world, plan!, root);
  return found.map(({ code, severity, message, hint, line }) => `${severity} ${code}@${line}: ${message} / ${hint}`);
}

it("says what another version changes among the knobs that the matrix sets", async () => {
  expect(await warnings("1.0.0", "2.0.0+cpu")).toEqual([
    "warning other-version@3: many 2.0.0+cpu is installed, and the matrix is for 1.0.0: the default of `both` is 2, and not 1; `early` is gone / write `sut.version: 2.0.0+cpu`, so that `plan` checks the rows against it; or install 1.0.0",
  ]);
});

it("says how to get the catalogue of a version that has none", async () => {
  expect(await warnings("2.0.0", "3.0.0")).toEqual([
    expect.stringMatching(
      /many 3\.0\.0 is installed, and the matrix is for 2\.0\.0: there is no catalogue of 3\.0\.0.* `ceteris catalogue many` makes one; then write `sut\.version: 3\.0\.0`/,
    ),
  ]);
});

it("is silent where it is the same, whatever it was built for", async () => {
  expect(await warnings("2.0.0", "2.0.0+cu130")).toEqual([]);
});
