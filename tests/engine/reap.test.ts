import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { launchEngine } from "../../src/engine/launch.ts";
import { readLaunch, writeLaunch } from "../../src/engine/launch-record.ts";
import { reapLeftovers } from "../../src/engine/reap.ts";
import type { LaunchRequest } from "../../src/engine/running-engine.ts";
import type { Launch } from "../../src/schema/launch.ts";
import { until } from "../support/cli.ts";
import { fakeLaunch, hurriedWorld, shortPatience } from "../support/launches.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const world = hurriedWorld();
const temporaryFolder = useTemporaryFolders();
const groups: number[] = [];
afterEach(() => {
  for (const group of groups.splice(0)) world.processes.signalGroup(group, "SIGKILL");
});

/** Above the largest pid of Linux: no process. */
const gone = { pid: 2 ** 22 + 1, startTicks: 5 };

/** A launch whose ceteris is gone: the record is open, and nobody watches the processes. */
async function abandoned(flags: string[]): Promise<{ request: LaunchRequest; launch: Launch }> {
  const request = await fakeLaunch(world, temporaryFolder(), flags);
  let killed = false;
  const writeText = (path: string, text: string) => (killed ? Promise.resolve() : world.files.writeText(path, text));
  const mark: typeof world.processes.mark = async (pid) =>
    pid === world.processes.ownPid ? gone : await world.processes.mark(pid);
  const run = { ...world, files: { ...world.files, writeText }, processes: { ...world.processes, mark } };
  const result = await launchEngine(run, request);
  if (!result.ok) throw new Error(result.problem.message);
  killed = true;
  const launch = result.value.launch();
  groups.push(launch.processGroup?.pid ?? 0);
  return { request, launch };
}

async function reap(request: LaunchRequest) {
  return await reapLeftovers(world, dirname(request.launchFolder), shortPatience);
}

/** Rewrites the record, as another run would have left it. */
async function rewrite(request: LaunchRequest, changes: Partial<Launch>): Promise<void> {
  const launch = await readLaunch(world.files, request.launchFolder);
  if (!launch) throw new Error("no launch.json");
  await writeLaunch(world.files, request.launchFolder, { ...launch, ...changes });
}

/** Ends the first process of the group alone, as a SIGKILL of vLLM's API server does. */
async function killLeader(group: number): Promise<void> {
  world.processes.signal(group, "SIGKILL");
  await until(async () => !(await world.processes.membersOf(group)).some(({ pid }) => pid === group));
}

describe.runIf(process.platform === "linux")("what a killed run left", () => {
  it.each([
    [
      "whose run lives",
      async () => ({
        process: await world.processes.mark(world.processes.ownPid),
        processTable: world.machine.processTable,
      }),
    ],
    ["of another host or container", async () => ({ process: gone, processTable: "another" })],
  ])("is not a launch %s", async (_, holder) => {
    const { request, launch } = await abandoned([]);
    await rewrite(request, { holder: await holder() });
    expect(await reap(request)).toEqual([]);
    expect(await world.processes.membersOf(launch.processGroup?.pid ?? 0)).not.toEqual([]);
  });

  it("is ended with its group and its private folder, and the launch is closed", async () => {
    const { request, launch } = await abandoned(["--child"]);
    expect(await reap(request)).toEqual([{ launch: "0001-fake", ended: 2 }]);
    expect(await world.processes.membersOf(launch.processGroup?.pid ?? 0)).toEqual([]);
    expect(existsSync(request.command.privateFolder ?? "")).toBe(false);
    expect(await readLaunch(world.files, request.launchFolder)).toMatchObject({
      endedAt: expect.any(String) as string,
      failure: { class: "abandoned" },
    });
    expect(await reap(request)).toEqual([]);
  });

  it("is found when the leader was killed and the rest lives on", async () => {
    const { request, launch } = await abandoned(["--child"]);
    const group = launch.processGroup?.pid ?? 0;
    await killLeader(group);
    expect((await world.processes.membersOf(group)).length).toBe(1);
    expect(await reap(request)).toEqual([{ launch: "0001-fake", ended: 1 }]);
    expect(await world.processes.membersOf(group)).toEqual([]);
  });

  it("is found by its mark when the one that lives on was never noted", async () => {
    const { request, launch } = await abandoned(["--child"]);
    const leader = launch.processGroup;
    await rewrite(request, { members: leader ? [leader] : [] });
    await killLeader(leader?.pid ?? 0);
    expect(await reap(request)).toEqual([{ launch: "0001-fake", ended: 1 }]);
  });

  it("is found by its mark when the run was killed before it noted any process", async () => {
    const { request, launch } = await abandoned(["--child"]);
    await rewrite(request, { members: [], processGroup: null });
    expect(await reap(request)).toEqual([{ launch: "0001-fake", ended: 2 }]);
    expect(await world.processes.membersOf(launch.processGroup?.pid ?? 0)).toEqual([]);
  });
});

/** A process in a group of its own that has nothing to do with any launch. */
async function stranger(): Promise<number> {
  const logFile = join(temporaryFolder(), "log");
  const argv = [process.execPath, "-e", "setInterval(() => {}, 1000)"];
  const child = await world.processes.spawn({ argv, variables: {}, logFile });
  if (!child.ok) throw new Error(child.problem.message);
  groups.push(child.value.pid);
  return child.value.pid;
}

describe("processes of others", () => {
  it("are not touched where a pid was used again", async () => {
    const pid = await stranger();
    const { request, launch } = await abandoned([]);
    world.processes.signalGroup(launch.processGroup?.pid ?? 0, "SIGKILL");
    // The record now names the stranger's pid, with the start time of a process that is gone.
    const stale = { pid, startTicks: (launch.processGroup?.startTicks ?? 0) - 100_000 };
    await rewrite(request, { processGroup: stale, members: [stale] });
    expect(await reap(request)).toEqual([{ launch: "0001-fake", ended: 0 }]);
    expect((await world.processes.membersOf(pid)).length).toBe(1);
    expect(await readLaunch(world.files, request.launchFolder)).toMatchObject({ failure: { class: "abandoned" } });
  });

  it("are not touched where the start time is not known", async () => {
    const pid = await stranger();
    const { request, launch } = await abandoned([]);
    world.processes.signalGroup(launch.processGroup?.pid ?? 0, "SIGKILL");
    const unknown = { pid, startTicks: null };
    await rewrite(request, { processGroup: unknown, members: [unknown] });
    await reap(request);
    expect((await world.processes.membersOf(pid)).length).toBe(1);
  });
});

describe("a launch that has ended", () => {
  it("stays as it is, and a folder without a record is passed over", async () => {
    const request = await fakeLaunch(world, temporaryFolder());
    const result = await launchEngine(world, request);
    if (!result.ok) throw new Error(result.problem.message);
    const ended = await result.value.stop();
    await world.files.writeText(join(dirname(request.launchFolder), "0002-cut", "launch.json"), '{"format":');
    expect(await reap(request)).toEqual([]);
    expect(await readLaunch(world.files, request.launchFolder)).toEqual(ended);
  });
});
