import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkModel, type ModelQuestion } from "../../src/engine/weights.ts";
import { fail, succeed } from "../../src/schema/result.ts";
import { realWorld } from "../../src/world/real-world.ts";
import type { HttpAnswer, World } from "../../src/world/world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const token = "hf_secret_token";

interface Asked {
  url: string;
  headers?: Record<string, string>;
}

/** A world with a hub that answers so (null: it does not), and a home folder of its own. */
function worldWith(answer: Partial<HttpAnswer> | null, variables: Record<string, string> = {}) {
  const asked: Asked[] = [];
  const real = realWorld();
  const homeFolder = temporaryFolder();
  const world: World = {
    ...real,
    variables,
    machine: { ...real.machine, homeFolder },
    network: {
      ...real.network,
      request(request) {
        asked.push(request);
        return Promise.resolve(
          answer ? succeed({ status: 200, headers: {}, text: "", ...answer }) : fail("no-answer", "ENOTFOUND", ""),
        );
      },
    },
  };
  return { world, asked, homeFolder };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const question: ModelQuestion = { model: "org/name", revision: null, workingFolder: "/nowhere" };

describe("a model in a folder", () => {
  it("has a digest of its files, which changes with a weight of the same size", async () => {
    const { world, asked } = worldWith(null);
    const folder = temporaryFolder();
    write(join(folder, "m", "config.json"), "{}");
    write(join(folder, "m", "model.safetensors"), "aaaa");
    const local = { model: "m", revision: null, workingFolder: folder };
    const first = await checkModel(world, local);
    expect(first).toMatchObject({ ok: true, value: { kind: "folder", path: join(folder, "m"), bytes: 4 } });
    expect(await checkModel(world, local)).toEqual(first);
    write(join(folder, "m", "model.safetensors"), "bbbb");
    const second = await checkModel(world, local);
    expect(second.ok && first.ok && second.value.digest !== first.value.digest).toBe(true);
    expect(asked).toEqual([]);
  });

  it("needs config.json, and weights unless they are made up", async () => {
    const { world } = worldWith(null);
    const folder = temporaryFolder();
    mkdirSync(join(folder, "m"));
    const local = { model: "./m", revision: null, workingFolder: folder };
    expect(await checkModel(world, local)).toMatchObject({ ok: false, problem: { code: "not-a-model" } });
    write(join(folder, "m", "config.json"), "{}");
    expect(await checkModel(world, local)).toMatchObject({ ok: false, problem: { code: "no-weights" } });
    expect(await checkModel(world, { ...local, dummyWeights: true })).toMatchObject({ ok: true });
    expect(await checkModel(world, { ...local, model: "./other" })).toMatchObject({
      ok: false,
      problem: { code: "model-not-found", message: `there is no model at ${join(folder, "other")}` },
    });
    // A file of the working folder, perhaps: the message says where it was looked for.
    expect(await checkModel(world, { ...local, model: "tiny.gguf" })).toMatchObject({
      problem: {
        message: `there is no model at ${join(folder, "tiny.gguf")}, and tiny.gguf is not a name on the hub (org/name)`,
        hint: expect.stringContaining("counts from the study's folder") as string,
      },
    });
  });
});

describe("a model of the hub", () => {
  it("is found in the cache by its branch, at the commit", async () => {
    const { world, asked, homeFolder } = worldWith(null);
    const hub = join(homeFolder, ".cache", "huggingface", "hub", "models--org--name");
    write(join(hub, "refs", "main"), "c0ffee");
    write(join(hub, "snapshots", "c0ffee", "config.json"), "{}");
    write(join(hub, "snapshots", "c0ffee", "model.safetensors"), "1234");
    const found = await checkModel(world, question);
    expect(found).toMatchObject({
      ok: true,
      value: { kind: "hub", revision: "c0ffee", path: join(hub, "snapshots", "c0ffee"), bytes: 4 },
    });
    expect(await checkModel(world, { ...question, revision: "c0ffee" })).toEqual(found);
    expect(asked).toEqual([]);
  });

  it("is asked for once, with the token, where it is not in the cache", async () => {
    const { world, asked } = worldWith({ status: 200, headers: { "x-repo-commit": "abc" } }, { HF_TOKEN: token });
    expect(await checkModel(world, { ...question, revision: "v1" })).toEqual(
      succeed({ kind: "hub", path: null, revision: "abc", digest: null, bytes: null, why: null }),
    );
    expect(asked).toMatchObject([
      { url: "https://huggingface.co/org/name/resolve/v1/config.json", headers: { authorization: `Bearer ${token}` } },
    ]);
  });

  it.each([
    ["gated-model", { status: 401, headers: { "x-error-code": "GatedRepo" } }],
    ["gated-model", { status: 403, headers: { "x-error-code": "GatedRepo" } }],
    ["model-not-found", { status: 401, headers: { "x-error-code": "RepoNotFound" } }],
    ["revision-not-found", { status: 404, headers: { "x-error-code": "RevisionNotFound" } }],
  ])("is refused as %s, without the token in any word", async (code, answer) => {
    const { world } = worldWith(answer, { HF_TOKEN: token });
    const result = await checkModel(world, question);
    expect(result).toMatchObject({ ok: false, problem: { code } });
    expect(JSON.stringify(result)).not.toContain(token);
  });

  it("is unchecked where the hub does not answer, and says why", async () => {
    const { world } = worldWith(null);
    expect(await checkModel(world, question)).toMatchObject({
      ok: true,
      value: { kind: "unchecked", why: expect.stringContaining("ENOTFOUND") as string },
    });
  });

  it("is not asked for offline", async () => {
    const { world, asked } = worldWith({ status: 200 }, { HF_HUB_OFFLINE: "1" });
    expect(await checkModel(world, question)).toMatchObject({ ok: false, problem: { code: "model-not-in-cache" } });
    expect(asked).toEqual([]);
  });
});

it("a simulated engine needs no model", async () => {
  const { world, asked } = worldWith(null);
  expect(await checkModel(world, { ...question, simulated: true })).toMatchObject({
    ok: true,
    value: { kind: "unchecked", why: "the simulated engine reads no model" },
  });
  expect(asked).toEqual([]);
});
