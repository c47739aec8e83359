import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prepareEnvironment } from "../../../src/engine/environments/index.ts";
import { imageInPrefix } from "../../../src/engine/environments/image-in-prefix.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { makeEngine } from "../../support/make-study.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();
const sif = `#!/usr/bin/env run-singularity\n\0SIF_MAGIC\0 and gigabytes`;
const digest = `sha256:${createHash("sha256").update(sif).digest("hex")}`;

/** A folder with images of two kinds, and a file that is none. */
function place(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "vllm.sif"), sif);
  writeFileSync(join(folder, "vllm.sqsh"), "hsqs and gigabytes");
  writeFileSync(join(folder, "trace.json"), "{}");
  return folder;
}

describe("the image of a prefix", () => {
  it("is the first word that is the file of one, with its digest unless one only looks", async () => {
    const folder = place();
    const prefix = ["apptainer", "exec", "--nv", "vllm.sif"];
    expect(await imageInPrefix(world, { prefix, folder }, false)).toEqual({ image: join(folder, "vllm.sif"), digest });
    expect(await imageInPrefix(world, { prefix, folder }, true)).toMatchObject({ digest: null });
    const start = ["enroot", "start", join(folder, "vllm.sqsh")];
    expect(await imageInPrefix(world, { prefix: start, folder: "/" }, true)).toMatchObject({ image: start[2] });
    for (const none of [[], ["numactl", "-N0"], ["perf", "record", "trace.json"], ["env", "."]])
      expect(await imageInPrefix(world, { prefix: none, folder }, true)).toBeNull();
  });

  it("has the engine's program, which is not looked for here", async () => {
    const folder = place();
    const engine = { ...makeEngine(), environment: { kind: "path" as const, executable: "no-such-engine" } };
    const prepared = (prefix: string[]) =>
      prepareEnvironment(world, engine, { cacheFolder: folder, launched: { prefix, folder }, onProgress: () => {} });
    expect(await prepared(["apptainer", "exec", "vllm.sif"])).toMatchObject({
      ok: true,
      value: { executable: ["no-such-engine"], image: { image: join(folder, "vllm.sif"), digest } },
    });
    expect(await prepared(["numactl", "-N0"])).toMatchObject({ ok: false, problem: { code: "program-not-found" } });
  });
});
