import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { launchEngine } from "../../src/engine/launch.ts";
import { readLaunch } from "../../src/engine/launch-record.ts";
import { reapLeftovers } from "../../src/engine/reap.ts";
import type { LaunchRequest, RunningEngine } from "../../src/engine/running-engine.ts";
import type { Launch } from "../../src/schema/launch.ts";
import { fakeDocker, pulledImage, type FakeDocker } from "../support/fake-docker.ts";
import { fakeEngine, fakeLaunch, hurriedWorld, shortPatience } from "../support/launches.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const hurried = hurriedWorld();
const temporaryFolder = useTemporaryFolders();
const running: RunningEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

const image = "vllm/vllm-openai:v0.32.0";
const reference = pulledImage.RepoDigests[0]!;

/** A request to launch the fake engine in a container of the stand-in for docker, and the world in which that is found. */
async function containerLaunch(flags: string[] = []) {
  const folder = temporaryFolder();
  const docker = fakeDocker(folder, { images: { [image]: pulledImage } });
  const world = { ...hurried, variables: { ...docker.variables, HF_HOME: join(folder, "hf") } };
  const container = {
    client: docker.client,
    image,
    digest: "sha256:2",
    reference,
    user: null,
    gpus: "none" as const,
    mounts: [],
    options: [],
  };
  const request = await fakeLaunch(world, folder, flags, fakeEngine, container);
  return { docker, world, request };
}

type Launching = Awaited<ReturnType<typeof containerLaunch>>;

async function launched({ world, request }: Launching): Promise<RunningEngine> {
  const result = await launchEngine(world, request);
  if (!result.ok) throw new Error(`not launched: ${result.problem.message}`);
  running.push(result.value);
  return result.value;
}

async function record({ world, request }: Pick<Launching, "world" | "request">): Promise<Launch> {
  const launch = await readLaunch(world.files, request.launchFolder);
  if (!launch) throw new Error("no launch.json");
  return launch;
}

/** Containers that the stand-in knows, by its own list. */
async function containersOf(world: Launching["world"], { client }: FakeDocker, launch: Launch): Promise<string[]> {
  const label = `label=dev.ceteris.launch=${launch.study}/${launch.id}@${launch.startedAt}`;
  const argv = [client, "ps", "--quiet", "--no-trunc", "--all", "--filter", label];
  const { stdout } = await world.processes.run(argv, { variables: world.variables });
  return stdout.split("\n").filter((line) => line !== "");
}

async function expectNothingLeft({ docker, world, request }: Launching): Promise<Launch> {
  const launch = await record({ world, request });
  expect(launch.endedAt).not.toBeNull();
  expect(await containersOf(world, docker, launch)).toEqual([]);
  expect(await world.processes.membersOf(launch.processGroup?.pid ?? -1)).toEqual([]);
  expect(await world.network.portIsFree(request.port)).toBe(true);
  expect(existsSync(request.command.privateFolder ?? "")).toBe(false);
  return launch;
}

describe.runIf(process.platform === "linux")("an engine in a container", () => {
  it("is started, asked, followed by its client's output, and ended by its label", async () => {
    const launching = await containerLaunch(["--max-num-seqs", "7"]);
    const { docker, world, request } = launching;
    const engine = await launched(launching);
    const during = await record(launching);
    expect(during).toMatchObject({
      container: { client: docker.client, image, digest: "sha256:2", group: null },
      engineVersion: "1.2.3",
      resolvedConfiguration: { "scheduler_config.max_num_seqs": 7 },
    });
    expect(during.argv.slice(0, 3)).toEqual([docker.client, "run", "--rm"]);
    expect(during.phases.map(({ id }) => id)).toEqual(["process-start", "server", "ready"]);
    expect(readFileSync(join(request.launchFolder, "server.log"), "utf8")).toContain("Application startup complete");
    expect(await containersOf(world, docker, during)).toHaveLength(1);
    expect(await engine.checkAlive()).toBeNull();

    const ended = await engine.stop();
    expect(ended.notices).toBeUndefined();
    expect(ended.phases.at(-1)?.id).toBe("stop");
    await expectNothingLeft(launching);
    const stops = docker.calls().filter(([verb]) => verb === "stop");
    expect(stops).toEqual([["stop", "-t", "1", expect.stringMatching(/^[0-9a-f]{64}$/)]]);
  });

  it("that heeds no signal is killed, and the record says so", async () => {
    const launching = await containerLaunch(["--stubborn"]);
    const engine = await launched(launching);
    const ended = await engine.stop();
    expect(ended.exit).toEqual({ code: 137, signal: null });
    expect(ended.notices?.[0]).toBe("the container did not heed SIGINT within 1 s, and ended by SIGKILL");
    await expectNothingLeft(launching);
  });

  it("is dead when its client is, and the container that this leaves is ended", async () => {
    const launching = await containerLaunch();
    const engine = await launched(launching);
    launching.world.processes.signalGroup(engine.launch().processGroup?.pid ?? 0, "SIGKILL");
    expect(await engine.died).toMatchObject({ class: "engine-died" });
    expect(await containersOf(launching.world, launching.docker, engine.launch())).toHaveLength(1);
    await engine.stop();
    await expectNothingLeft(launching);
  });

  it("that fails in the container fails with the line of its log", async () => {
    const launching = await containerLaunch(["--fail", "ValueError: No available memory for the cache blocks"]);
    const result = await launchEngine(launching.world, launching.request);
    expect(result).toMatchObject({ ok: false, problem: { class: "no-room" } });
    await expectNothingLeft(launching);
  });

  it("whose daemon says no fails with what it said", async () => {
    const launching = await containerLaunch();
    launching.docker.refuse("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.");
    const result = await launchEngine(launching.world, launching.request);
    expect(result.ok ? "" : result.problem.message).toContain("Cannot connect to the Docker daemon");
    const { notices } = await record(launching);
    expect(notices?.[0]).toContain("whether the container has ended is unknown");
  });
});

/** Above the largest pid of Linux: no process. */
const gone = { pid: 2 ** 22 + 1, startTicks: 5 };

/** A launch whose ceteris is gone, so that its record stays open. */
async function abandoned(): Promise<Launching & { launch: Launch }> {
  const launching = await containerLaunch();
  const { world } = launching;
  let killed = false;
  const writeText = (path: string, text: string) => (killed ? Promise.resolve() : world.files.writeText(path, text));
  const mark: typeof world.processes.mark = async (pid) =>
    pid === world.processes.ownPid ? gone : await world.processes.mark(pid);
  const run = { ...world, files: { ...world.files, writeText }, processes: { ...world.processes, mark } };
  const result = await launchEngine(run, launching.request);
  if (!result.ok) throw new Error(result.problem.message);
  killed = true;
  return { ...launching, launch: result.value.launch() };
}

describe.runIf(process.platform === "linux")("a container that a killed run left", () => {
  const reap = async ({ world, request }: { world: Launching["world"]; request: LaunchRequest }) =>
    await reapLeftovers(world, dirname(request.launchFolder), shortPatience);

  it("is found by its label when its client is gone too, and no other container is touched", async () => {
    const left = await abandoned();
    const other = await containerLaunch();
    const lives = await launched({ ...other, world: { ...other.world, variables: left.world.variables } });
    left.world.processes.signalGroup(left.launch.processGroup?.pid ?? 0, "SIGKILL");
    const [reaped] = await reap(left);
    expect(reaped?.launch).toBe("0001-fake");
    expect(reaped?.ended).toBeGreaterThan(0);
    await expectNothingLeft(left);
    expect(await containersOf(left.world, left.docker, lives.launch())).toHaveLength(1);
    expect(await lives.checkAlive()).toBeNull();
  });

  it("is left to the next run where the client does not answer", async () => {
    const left = await abandoned();
    left.docker.refuse("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.");
    // The processes of the stand-in are this machine's, and are found by their mark; those of a daemon elsewhere are not.
    expect(await reap(left)).toEqual([{ launch: "0001-fake", ended: null }]);
    expect((await record(left)).endedAt).toBeNull();
    left.docker.refuse(null);
    expect(await reap(left)).toEqual([{ launch: "0001-fake", ended: expect.any(Number) as number }]);
    await expectNothingLeft(left);
  });
});
