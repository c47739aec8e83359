import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
let copy = "";

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "without-native-"));
  const native = ["src/client/native", "tests/client/native"].map((folder) => join(root, folder));
  for (const folder of ["src", "tests/client", "tests/simulator", "tests/support"]) {
    const filter = (path: string): boolean => !native.includes(path);
    await cp(join(root, folder), join(copy, folder), { recursive: true, filter });
  }
  for (const file of ["package.json", "tsconfig.json", "vitest.config.ts"])
    await cp(join(root, file), join(copy, file));
  for (const name of ["node_modules", "tests/fixtures", "experiments", "sut"]) {
    await symlink(join(root, name), join(copy, name));
  }
});

afterAll(() => rm(copy, { recursive: true, force: true }));

it("passes the client's suites on Node's sockets, without native/ and without one line", async () => {
  const table = join(copy, "src/client/transport/index.ts");
  const lines = (await readFile(table, "utf8")).split("\n");
  const kept = lines.filter((line) => !line.includes("../native/"));
  expect(kept).toHaveLength(lines.length - 1);
  await writeFile(table, kept.join("\n"));

  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const argv = [
    vitest,
    "run",
    "--project",
    "unit",
    "--project",
    "long",
    "--reporter",
    "json",
    "--outputFile",
    join(copy, "results.json"),
    "tests/client",
  ];
  const env = { ...process.env, CI: "true" };
  await promisify(execFile)(process.execPath, argv, { cwd: copy, env, maxBuffer: 1e8 }).catch(() => undefined);
  const results = JSON.parse(await readFile(join(copy, "results.json"), "utf8")) as {
    numPassedTests: number;
    testResults: { name: string; status: string; assertionResults: { title: string; status: string }[] }[];
  };
  const failed = results.testResults.flatMap(({ name, status, assertionResults }) => [
    ...assertionResults.filter((one) => one.status === "failed").map(({ title }) => title),
    ...(status === "failed" && assertionResults.length === 0 ? [name] : []),
  ]);
  expect(failed).toEqual([]);
  expect(results.numPassedTests).toBeGreaterThan(200);
});
