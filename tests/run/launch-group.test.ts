import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { query } from "../../src/index/index.ts";
import type { Launch } from "../../src/schema/launch.ts";
import { readLaunches } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { rowAndBlock, runSmall, smallMatrix, studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const shared = "sweep: { load.max_in_flight: [16, 32] }\nlaunch: shared";

async function ran(text: string, more?: Parameters<typeof studyWorld>[1]) {
  const folder = temporaryFolder();
  const world = studyWorld(folder, more);
  const found = await runSmall(world, text);
  if (!found.outcome.ok) throw new Error(found.outcome.problem.message);
  const launches = join(folder, "results/small/launches");
  const records = readdirSync(launches).map(
    (name) => JSON.parse(readFileSync(join(launches, name, "launch.json"), "utf8")) as Launch & { ended_at: string },
  );
  expect(world.running).toBe(0);
  return { ...found, world, records };
}

describe("a launch", () => {
  it("is shared by the points of a row where the matrix says so, and every record has its end", async () => {
    const { trials, records, world } = await ran(smallMatrix({ more: shared }));
    expect(trials).toHaveLength(4);
    expect(world.started).toBe(2);
    expect(new Set(trials.map(({ launchId }) => launchId)).size).toBe(2);
    for (const { ended_at: end } of records) expect(Date.parse(end)).toBeGreaterThan(0);
  });

  it("of an engine that reports another version than the matrix's says so once, and in `trials.engine_version`", async () => {
    const text = smallMatrix().replace("knobs: {", 'knobs: { env.CETERIS_SIMULATED_VERSION: "0.99.0",');
    const { events, world, trials } = await ran(text);
    const said = events.flatMap((event) => (event.type === "notice" && event.code === "other-version" ? event : []));
    expect(said.map(({ message }) => message)).toEqual([
      "simulated says that it is 0.99.0, and the matrix is for 0.32.0: its knobs were checked against that",
    ]);
    expect(trials).toHaveLength(2);
    const results = join(world.machine.workingFolder, "results");
    const sql = "SELECT DISTINCT engine_version FROM trials";
    expect(await query(realWorld(), results, sql)).toMatchObject({ ok: true, value: { rows: [["0.99.0"]] } });
  });

  it("has a compile cache of the version that is installed, whatever the matrix is for", async () => {
    const folder = temporaryFolder();
    const files = {
      "sut/mine.yaml":
        "extends: simulated\nversion: 0.32.0\nenvironment: { kind: path, executable: ../venv/bin/mine }\n",
      "venv/bin/mine": "",
      "venv/lib/python3.12/site-packages/mine-0.99.0+cu130.dist-info/METADATA": "",
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    await runSmall(studyWorld(folder), smallMatrix().replace("engine: simulated", "engine: mine"));
    const { read } = await readLaunches(realWorld(), join(folder, "results/small"));
    const caches = read.map(({ environmentValues }) =>
      environmentValues.find(({ name }) => name === "VLLM_CACHE_ROOT"),
    );
    expect(new Set(caches.map((one) => one?.value))).toEqual(
      new Set([join(folder, "cache/engine-cache/mine-0.99.0+cu130")]),
    );
  });

  it("that the engine refused for what it is, is made once: the other blocks fail with it", async () => {
    const { trials, world } = await ran(
      smallMatrix({ changes: "{ id: split, set: { tensor_parallel_size: 3 } }", repeats: 2 }),
    );
    const failed = trials.filter(({ verdict }) => verdict.status === "FAILED");
    expect(failed.map(rowAndBlock)).toEqual(["split 1", "split 2"]);
    expect(world.started).toBe(3);
    expect(new Set(failed.map(({ launchId }) => launchId)).size).toBe(1);
  });

  it("whose engine dies takes its trial with it, and the next trial has an engine of its own", async () => {
    const fault = "CETERIS_SIMULATED_FAULT: die-after-requests:4";
    const { trials, world } = await ran(
      smallMatrix({
        changes: `{ id: dies, set: { "env.CETERIS_SIMULATED_FAULT": "${fault.split(": ")[1]}" } }, { id: wide, set: { max_num_seqs: 8 } }`,
      }),
    );
    expect(trials.map(({ spec, verdict }) => [spec.experiment, verdict.status === "FAILED"])).toEqual([
      ["baseline", false],
      ["dies", true],
      ["wide", false],
    ]);
    expect(world.started).toBe(3);
  });

  it("shared by trials, whose engine dies under one of them, costs that trial alone: the next has another launch", async () => {
    const { trials, world, records } = await ran(dying("die-after-requests:4"));
    expect(trials.map(({ spec, verdict }) => [spec.experiment.split("·")[0], verdict.failure?.class ?? null])).toEqual([
      ["baseline", null],
      ["baseline", null],
      ["wide", "engine-died"],
      ["wide", "engine-died"],
    ]);
    expect([world.started, records.length, new Set(trials.map(({ launchId }) => launchId)).size]).toEqual([3, 3, 3]);
  });

  it("shared by trials, whose engine dies between two of them, costs none: the next has another launch", async () => {
    let [asked, isDead] = [0, false];
    const { trials, world, records } = await ran(smallMatrix({ more: shared }), ({ network, files }) => ({
      files: {
        ...files,
        // The first trial is stored: until the engine is started again its health route says that it is dead.
        async rename(from, to) {
          await files.rename(from, to);
          if (from.includes(".partial-") && (asked += 1) === 1) isDead = true;
        },
        async remove(path) {
          if (path.endsWith("server.log")) isDead = false;
          await files.remove(path);
        },
      },
      network: {
        ...network,
        request: async (question) =>
          isDead && question.url.endsWith("/health")
            ? { ok: true, value: { status: 503, headers: {}, text: "" } }
            : await network.request(question),
      },
    }));
    expect(trials.map(({ verdict }) => verdict.failure)).toEqual([null, null, null, null]);
    expect(world.started).toBe(3);
    expect(records.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
  });

  it("whose port is always taken after it was chosen fails after three ports", async () => {
    const { trials, world, events } = await ran(smallMatrix({ more: "" }), ({ network }) => ({
      network: { ...network, portIsFree: async () => false },
    }));
    expect(new Set(trials.map(({ verdict }) => verdict.failure?.class))).toEqual(new Set(["port-in-use"]));
    expect(world.started).toBe(0);
    const tried = events.filter((event) => event.type === "notice" && event.code === "port-taken");
    expect(tried.length % 2).toBe(0);
    expect(tried.length).toBeGreaterThan(0);
  });

  it("that an internal error ended costs its trial alone, which is stored with its stack", async () => {
    let probes = 0;
    const { trials } = await ran(smallMatrix(), ({ processes }) => ({
      processes: {
        ...processes,
        mark: (pid) => {
          if (pid === processes.ownPid) return processes.mark(pid);
          return (probes += 1) === 1 ? Promise.reject(new TypeError("planted")) : processes.mark(pid);
        },
      },
    }));
    expect(trials.map(({ verdict }) => verdict.failure?.class ?? null)).toEqual(["internal-error", null]);
    expect(trials[0]!.verdict.failure!.message).toContain("planted");
  });

  it("whose hook fails after a trial keeps that trial, and those that would follow in it fail with the hook", async () => {
    const { trials, world, records, events } = await ran(hooked({ after_trial: 1 }, { more: shared }), failingHooks);
    expect(trials.map(({ spec, verdict }) => [spec.experiment.split("·")[0], verdict.failure?.class ?? null])).toEqual([
      ["baseline", null],
      ["baseline", "hook-failed"],
      ["wide", null],
      ["wide", "hook-failed"],
    ]);
    expect(world.started).toBe(2);
    expect(records.map(({ failure }) => failure?.class)).toEqual(["hook-failed", "hook-failed"]);
    expect(events.filter((event) => event.type === "notice" && event.message.includes("is kept"))).toHaveLength(2);
  });

  it("whose hook fails before it starts no engine, and its trials fail with the hook", async () => {
    const { trials, world } = await ran(hooked({ before_launch: 1 }), failingHooks);
    expect(trials.map(({ verdict }) => verdict.failure?.class)).toEqual(["hook-failed", "hook-failed"]);
    expect(world.started).toBe(0);
  });

  it("whose hooks do their part is as without them", async () => {
    const { trials, records } = await ran(hooked({ before_launch: 0, after_trial: 0 }), failingHooks);
    expect(trials.map(({ verdict }) => verdict.failure)).toEqual([null, null]);
    for (const { hooks } of records) expect(hooks?.map(({ when }) => when)).toEqual(["before_launch", "after_trial"]);
  });
});

/** The small matrix with a shared launch, whose changed row has a fault. */
function dying(fault: string): string {
  const changes = `{ id: wide, set: { "env.CETERIS_SIMULATED_FAULT": "${fault}" } }`;
  return smallMatrix({ changes, more: shared });
}

/** The small matrix with hooks that end with these codes, in the world of `failingHooks`. */
function hooked(codes: { [member: string]: number }, parts: Parameters<typeof smallMatrix>[0] = {}): string {
  const members = Object.entries(codes).map(
    ([member, code]) => `${member}: [["${process.execPath}", hook, "${code}"]]`,
  );
  return smallMatrix(parts).replace("sut: {", `sut: { ${members.join(", ")},`);
}

/** A program that is there and called with `hook` ends with the code that it is given. */
const failingHooks: Parameters<typeof studyWorld>[1] = ({ processes }) => ({
  processes: {
    ...processes,
    async spawn(request) {
      if (request.argv[1] !== "hook") return await processes.spawn(request);
      const exit = { code: Number(request.argv[2]), signal: null };
      return { ok: true, value: { pid: 1, exited: Promise.resolve(exit), exit: () => exit } };
    },
  },
});
