import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stages } from "../scripts/boundaries.ts";

const root = resolve(import.meta.dirname, "..");
const names = Object.keys(stages);
let folder = "";
let refused: Map<string, string[]>;

/** One planted file for each forbidden import, one for each allowed one; oxlint judges all of them in one run. */
const forbiddenStages = names.flatMap((from) =>
  names.filter((to) => to !== from && !stages[from]?.stages.includes(to)).map((to) => ({ from, to })),
);
const allowedStages = names.flatMap((from) => (stages[from]?.stages ?? []).map((to) => ({ from, to })));
/** Stages that combine others, with each that is no leaf. */
const combining = allowedStages.filter(
  ({ from, to }) => stages[from]?.combines === true && !["schema", "math", "world"].includes(to),
);
/** Files of a stage that are not its `index.ts`. */
const deeper = ["x.ts", "index-of.ts", "in.ts", "within/index.ts", "index.test.ts"];
/** Stages that may import `node:fs`, and what they may not. */
const elsewhere = new Map([
  ["client", "@duckdb/node-api"],
  ["store", "undici"],
  ["index", "undici"],
]);
const forbiddenModules = names
  .filter((from) => !["world"].includes(from))
  .map((from) => ({ from, module: elsewhere.get(from) ?? "node:fs" }));

function plant(stage: string, name: string, text: string): void {
  const file = join(folder, "src", stage, `${name}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ceteris-boundaries-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  cpSync(join(root, "scripts/boundaries.ts"), join(folder, "scripts/boundaries.ts"));
  writeFileSync(
    join(folder, "oxlint.config.ts"),
    `import { defineConfig } from "oxlint";\nimport { boundaryOverrides } from "./scripts/boundaries.ts";\nexport default defineConfig({ categories: { correctness: "off" }, overrides: boundaryOverrides() });\n`,
  );
  for (const { from, to } of forbiddenStages)
    plant(from, `bad-${to}`, `import { x } from "../${to}/x.ts";\nexport const y = x;\n`);
  for (const { from, to } of allowedStages)
    plant(from, `good-${to}`, `import { x } from "../${to}/index.ts";\nexport const y = x;\n`);
  for (const { from, to } of combining) {
    for (const [place, path] of deeper.entries())
      plant(from, `deep-${to}-${place}`, `import { x } from "../${to}/${path}";\nexport const y = x;\n`);
    plant(`${from}/within`, `deep-${to}`, `import { x } from "../../${to}/x.ts";\nexport const y = x;\n`);
    plant(`${from}/within`, `good-${to}`, `import { x } from "../../${to}/index.ts";\nexport const y = x;\n`);
  }
  for (const { from, module } of forbiddenModules)
    plant(from, "bad-module", `import * as x from "${module}";\nexport const y = x;\n`);
  plant("metrics", "bad-global", "export const now = performance.now();\n");
  plant("run", "bad-global", "export const home = process.env;\n");
  const oxlint = join(root, "node_modules/oxlint/bin/oxlint");
  const { stdout } = spawnSync(
    process.execPath,
    [oxlint, "--no-ignore", "-f", "json", "-c", "oxlint.config.ts", "src"],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 64 * 2 ** 20,
    },
  );
  refused = new Map();
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
  for (const { filename, code } of diagnostics) refused.set(filename, [...(refused.get(filename) ?? []), code]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("stage boundaries", () => {
  it.each(forbiddenStages)("src/$from must not import src/$to", ({ from, to }) => {
    expect(refused.get(`src/${from}/bad-${to}.ts`)?.join()).toMatch(/no-restricted-imports/);
  });

  it.each(allowedStages)("src/$from may import src/$to", ({ from, to }) => {
    expect(refused.get(`src/${from}/good-${to}.ts`)).toBeUndefined();
  });

  it.each(combining)("src/$from imports the index.ts of src/$to and nothing deeper", ({ from, to }) => {
    for (const place of deeper.keys())
      expect(refused.get(`src/${from}/deep-${to}-${place}.ts`)?.join()).toMatch(/no-restricted-imports/);
    expect(refused.get(`src/${from}/within/deep-${to}.ts`)?.join()).toMatch(/no-restricted-imports/);
    expect(refused.get(`src/${from}/within/good-${to}.ts`)).toBeUndefined();
  });

  it.each(forbiddenModules)("src/$from must not import $module", ({ from }) => {
    expect(refused.get(`src/${from}/bad-module.ts`)?.join()).toMatch(/no-restricted-imports/);
  });

  it.each(["src/metrics/bad-global.ts", "src/run/bad-global.ts"])(
    "%s must not touch the clock or the process",
    (file) => {
      expect(refused.get(file)?.join()).toMatch(/no-restricted-globals/);
    },
  );

  it("names every folder of src/, and no other", () => {
    const folders = execFileSync("ls", ["-1", join(root, "src")], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(folders.filter((name) => !name.includes("."))).toEqual(names.toSorted());
  });
});
