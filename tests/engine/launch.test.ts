import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { launchEngine } from "../../src/engine/launch.ts";
import { readLaunch } from "../../src/engine/launch-record.ts";
import type { LaunchRequest, RunningEngine } from "../../src/engine/running-engine.ts";
import type { Launch } from "../../src/schema/launch.ts";
import { fakeEngine, fakeLaunch, hurriedWorld } from "../support/launches.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const world = hurriedWorld();
const temporaryFolder = useTemporaryFolders();
const running: RunningEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

async function launched(request: LaunchRequest): Promise<RunningEngine> {
  const result = await launchEngine(world, request);
  if (!result.ok) throw new Error(`not launched: ${result.problem.message}`);
  running.push(result.value);
  return result.value;
}

async function record(request: LaunchRequest): Promise<Launch> {
  const launch = await readLaunch(world.files, request.launchFolder);
  if (!launch) throw new Error("no launch.json");
  return launch;
}

/** Nothing of the launch is left: no process of its group, no port, no private folder. */
async function expectNothingLeft(request: LaunchRequest): Promise<void> {
  const { processGroup, endedAt } = await record(request);
  expect(endedAt).not.toBeNull();
  expect(await world.processes.membersOf(processGroup?.pid ?? -1)).toEqual([]);
  expect(await world.network.portIsFree(request.port)).toBe(true);
  expect(existsSync(request.command.privateFolder ?? "")).toBe(false);
}

describe("an engine that becomes ready", () => {
  it("is recorded while it runs, asked, and ended without a rest", async () => {
    const phases: string[] = [];
    const request = {
      ...(await fakeLaunch(world, temporaryFolder(), ["--child", "--max-num-seqs", "7"])),
      onPhase: (phase: string) => phases.push(phase),
    };
    const engine = await launched(request);

    const during = await record(request);
    expect(during).toMatchObject({
      id: "0001-fake",
      cold: true,
      endedAt: null,
      engineVersion: "1.2.3",
      resolvedConfiguration: { "scheduler_config.max_num_seqs": 7 },
      failure: null,
    });
    expect(during.members.length).toBe(2);
    expect(during.members).toContainEqual(during.processGroup);
    expect(during.phases.map(({ id }) => id)).toEqual(["process-start", "server", "ready"]);
    expect(during.readyAfterS).toBe(during.phases.at(-1)?.atS);
    expect(during.phases.reduce((sum, { tookS }) => sum + tookS, 0)).toBeCloseTo(during.readyAfterS ?? 0, 2);
    expect(existsSync(request.command.privateFolder ?? "")).toBe(true);

    expect(engine.endpoint).toMatchObject({ url: `http://127.0.0.1:${request.port}`, model: "fake-model" });
    expect(await engine.checkAlive()).toBeNull();
    expect(await engine.queueProbe()).toEqual({ waiting: 3, running: 4 });
    expect(await engine.scrapeMetrics()).toEqual({ waiting: 3, running: 4, generation_tokens: 10 });
    const resets = await engine.resetCaches();
    expect(resets.map(({ path, ok }) => [path, ok])).toEqual([
      ["/reset_ok", true],
      ["/reset_refused", false],
      ["/reset_absent", false],
    ]);
    expect((await record(request)).cacheResets).toEqual(resets);

    // The child in the group heeds no signal but SIGKILL.
    const ended = await engine.stop();
    expect(ended.phases.at(-1)?.id).toBe("stop");
    expect(await record(request)).toEqual(ended);
    expect(phases).toEqual(["process-start", "server", "ready", "stop"]);
    await expectNothingLeft(request);
    expect(await engine.stop()).toEqual(ended);
  });

  it("is warm where the compile cache of its version is there", async () => {
    const request = await fakeLaunch(world, temporaryFolder());
    mkdirSync(request.command.cacheFolder ?? "", { recursive: true });
    writeFileSync(join(request.command.cacheFolder ?? "", "kernel"), "");
    const engine = await launched(request);
    expect(engine.launch().cold).toBe(false);
    await engine.stop();
    expect(existsSync(join(request.command.cacheFolder ?? "", "kernel"))).toBe(true);
  });

  it("keeps secrets out of its record", async () => {
    const secret = "hf_very_secret";
    const passing = { ...fakeEngine, passThrough: ["HF_TOKEN"] };
    const asked = { ...world, variables: { ...world.variables, HF_TOKEN: secret } };
    const request = await fakeLaunch(asked, temporaryFolder(), ["--api-key", secret], passing);
    expect(request.command.variables["HF_TOKEN"]).toBe(secret);
    const engine = await launched(request);
    await engine.stop();
    const text = readFileSync(join(request.launchFolder, "launch.json"), "utf8");
    expect(text).not.toContain(secret);
    expect(text).toContain("HF_TOKEN");
    expect(engine.endpoint.access).toEqual({ headers: {}, secrets: [secret] }); // what an answer repeats is masked
  });
});

describe("an engine that does not become ready", () => {
  it("is a failure with the class of its log's earliest line, though it ends with code 0", async () => {
    const request = await fakeLaunch(world, temporaryFolder(), ["--fail", "ValueError: No available memory"]);
    const result = await launchEngine(world, request);
    expect(result).toMatchObject({ ok: false, problem: { class: "no-room", line: 2, file: "server.log" } });
    const launch = await record(request);
    expect(launch.failure).toEqual(result.ok ? null : result.problem);
    expect(launch.exit).toEqual({ code: 0, signal: null });
    expect(launch.readyAfterS).toBeNull();
    await expectNothingLeft(request);
  });

  it("says how its process ended, whose log may say nothing of an end", async () => {
    const request = await fakeLaunch(world, temporaryFolder());
    for (const [argv, words] of [
      [
        ["sh", "-c", "echo serving; sleep 60 &"],
        /exit code 0 before it served: read [^.]*\. A script .* wait for it\.$/,
      ],
      [["sh", "-c", "echo odd; exit 7"], /exit code 7 before it served: read [^.]*\.$/],
    ] as const) {
      const result = await launchEngine(world, { ...request, command: { ...request.command, argv: [...argv] } });
      const hint = expect.stringMatching(words) as string;
      expect(result).toMatchObject({ ok: false, problem: { class: "engine-exited", hint } });
      await expectNothingLeft(request);
    }
  });

  it("hangs when its log stands still, and is ended", async () => {
    const impatient = { ...fakeEngine, readiness: { path: "/health", stalledAfterS: 0.5, readyWithinS: 60 } };
    const request = await fakeLaunch(world, temporaryFolder(), ["--hang", "--child", "--stubborn"], impatient);
    const result = await launchEngine(world, request);
    expect(result).toMatchObject({ ok: false, problem: { class: "hung" } });
    await expectNothingLeft(request);
  });

  it("has a limit in all, however much it logs", async () => {
    const impatient = { ...fakeEngine, readiness: { path: "/health", stalledAfterS: 30, readyWithinS: 1 } };
    const request = await fakeLaunch(world, temporaryFolder(), ["--hang", "--log-on"], impatient);
    const result = await launchEngine(world, request);
    expect(result).toMatchObject({
      ok: false,
      problem: { class: "never-ready", message: "not ready within 1 s, though its log goes on" },
    });
    await expectNothingLeft(request);
  });

  it("is not waited for behind the line that its file calls fatal, and is ended", async () => {
    const fatal = {
      ...fakeEngine,
      readiness: { path: "/health", stalledAfterS: 60, readyWithinS: 60, fatal: "non-default args" },
    };
    const request = await fakeLaunch(world, temporaryFolder(), ["--hang"], fatal);
    const result = await launchEngine(world, request);
    expect(result).toMatchObject({ ok: false, problem: { class: "engine-start-failed" } });
    await expectNothingLeft(request);
  });

  it("is ended in order when the user interrupts", async () => {
    const interrupt = new AbortController();
    const request: LaunchRequest = {
      ...(await fakeLaunch(world, temporaryFolder(), ["--hang"])),
      signal: interrupt.signal,
      onPhase: () => interrupt.abort(),
    };
    const result = await launchEngine(world, request);
    expect(result).toMatchObject({ ok: false, problem: { class: "interrupted" } });
    await expectNothingLeft(request);
  });

  it("says so where its program cannot be started", async () => {
    const request = await fakeLaunch(world, temporaryFolder());
    const command = { ...request.command, argv: [join(temporaryFolder(), "no-such-program")] };
    const result = await launchEngine(world, { ...request, command });
    expect(result).toMatchObject({ ok: false, problem: { class: "program-not-started" } });
    expect((await record(request)).endedAt).not.toBeNull();
  });

  it("does not take another server on its port for itself", async () => {
    const request = await fakeLaunch(world, temporaryFolder());
    const other: Server = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => {
      other.listen(request.port, "127.0.0.1", resolve);
    });
    const result = await launchEngine(world, request);
    other.close();
    expect(result).toMatchObject({ ok: false, problem: { class: "port-in-use" } });
    expect((await record(request)).processGroup).toBeNull();
  });
});

describe("an engine that dies while it serves", () => {
  it("is noticed by its end, though it ends with code 0", async () => {
    const request = await fakeLaunch(world, temporaryFolder());
    const engine = await launched(request);
    await world.network.request({ url: `${engine.endpoint.url}/die?how=exit`, method: "POST" });
    const failure = await engine.died;
    expect(failure).toMatchObject({ class: "engine-died", message: "EngineDeadError: the core is gone", line: 3 });
    expect(await engine.checkAlive()).toEqual(failure);
    const ended = await engine.stop();
    expect(ended).toMatchObject({ failure, exit: { code: 0 } });
    await expectNothingLeft(request);
  });

  it("is noticed by its health route while the process lives on", async () => {
    const request = await fakeLaunch(world, temporaryFolder());
    const engine = await launched(request);
    await world.network.request({ url: `${engine.endpoint.url}/die?how=503`, method: "POST" });
    expect(await engine.checkAlive()).toMatchObject({ class: "engine-died", hint: "look above" });
    await engine.stop();
    await expectNothingLeft(request);
  });

  it("is not what a stop looks like", async () => {
    const engine = await launched(await fakeLaunch(world, temporaryFolder()));
    expect((await engine.stop()).failure).toBeNull();
    const silence = world.clock.sleep(500).then(() => "silence");
    expect(await Promise.race([engine.died, silence])).toBe("silence");
  });
});

describe("an engine that was there", () => {
  it("is attached to, asked, and left alone", async () => {
    const folder = temporaryFolder();
    const engine = await launched(await fakeLaunch(world, folder));
    const { url } = engine.endpoint;
    const request: LaunchRequest = {
      ...(await fakeLaunch(world, join(folder, "attached"))),
      environment: { executable: [], packages: null, folder: null, url: `${url}/` },
    };
    const attached = await launched(request);
    expect(attached.launch()).toMatchObject({ argv: [], processGroup: null, url, engineVersion: "1.2.3" });
    expect(await attached.queueProbe()).toEqual({ waiting: 3, running: 4 });
    expect((await attached.stop()).endedAt).not.toBeNull();
    expect(await engine.checkAlive()).toBeNull();
  });

  it("is a failure where nobody answers", async () => {
    const request = await fakeLaunch(world, temporaryFolder());
    const url = `http://127.0.0.1:${request.port}`;
    const environment = { executable: [], packages: null, folder: null, url };
    expect(await launchEngine(world, { ...request, environment })).toMatchObject({
      ok: false,
      problem: { class: "no-answer" },
    });
  });
});
