import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Hooks } from "../../src/engine/hooks.ts";
import { launchEngine } from "../../src/engine/launch.ts";
import { readLaunch } from "../../src/engine/launch-record.ts";
import type { LaunchRequest, RunningEngine } from "../../src/engine/running-engine.ts";
import { until } from "../support/cli.ts";
import { fakeEngine, fakeLaunch, hurriedWorld } from "../support/launches.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const world = { ...hurriedWorld(), variables: { ...hurriedWorld().variables, HF_TOKEN: "hf_very_secret" } };
const temporaryFolder = useTemporaryFolders();
const running: RunningEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

/** A command without a shell: a script of node. */
const script = (text: string): string[] => [process.execPath, "-e", text];

async function requestWith(hooks: Partial<Hooks>): Promise<LaunchRequest> {
  const passing = { ...fakeEngine, passThrough: ["HF_TOKEN"] };
  const request = await fakeLaunch(world, temporaryFolder(), [], passing);
  const folder = temporaryFolder();
  return { ...request, workingFolder: folder, hooks: { beforeLaunch: [], afterTrial: [], deadlineS: 30, ...hooks } };
}

async function launched(request: LaunchRequest): Promise<RunningEngine> {
  const result = await launchEngine(world, request);
  if (!result.ok) throw new Error(result.problem.message);
  running.push(result.value);
  return result.value;
}

describe("hooks", () => {
  it("run before the launch and after a trial, in the study's folder; record and log have them", async () => {
    const request = await requestWith({
      beforeLaunch: [
        script("require('fs').writeFileSync('made', ''); console.log('one')"),
        script("console.log('two')"),
      ],
      afterTrial: [script("console.log(process.env.CETERIS_TRIAL)")],
    });
    const engine = await launched(request);
    expect(existsSync(join(request.workingFolder!, "made"))).toBe(true);
    expect(await engine.afterTrial("trial-1")).toBeNull();
    await engine.stop();
    const log = readFileSync(join(request.launchFolder, "hooks.log"), "utf8");
    expect(log.split("\n").filter((line) => !line.startsWith("$ "))).toEqual(["one", "two", "trial-1", ""]);
    const launch = await readLaunch(world.files, request.launchFolder);
    expect(launch?.failure).toBeNull();
    expect(launch?.hooks).toMatchObject([
      { when: "before_launch", trial: null, exit: { code: 0 } },
      { when: "before_launch", trial: null, exit: { code: 0 } },
      { when: "after_trial", trial: "trial-1", exit: { code: 0 } },
    ]);
  });

  it("get nothing of the user's environment that could be a secret", async () => {
    const request = await requestWith({ beforeLaunch: [script("console.log(JSON.stringify(process.env))")] });
    expect(request.command.variables["HF_TOKEN"]).toBe("hf_very_secret");
    await (await launched(request)).stop();
    const log = readFileSync(join(request.launchFolder, "hooks.log"), "utf8");
    expect(log).toContain('"PATH"');
    expect(log).not.toMatch(/hf_very_secret|HF_TOKEN/);
  });

  it("fail the launch with their last lines, and nothing is started after them", async () => {
    const request = await requestWith({
      beforeLaunch: [script("console.log('a\\nb\\nc'); console.error('no such clock'); process.exit(3)"), script("")],
    });
    const result = await launchEngine(world, request);
    expect(result).toMatchObject({ ok: false, problem: { class: "hook-failed", file: "hooks.log" } });
    expect(result.ok ? "" : result.problem.message).toMatch(
      /^before_launch 1 of 2, `.*`, ended with code 3: b \/ c \/ no such clock$/s,
    );
    const launch = await readLaunch(world.files, request.launchFolder);
    expect(launch).toMatchObject({
      processGroup: null,
      failure: { class: "hook-failed" },
      hooks: [{ exit: { code: 3 } }],
    });
    expect(launch?.endedAt).not.toBeNull();
  });

  it("that cannot be started say so", async () => {
    const request = await requestWith({ beforeLaunch: [["/no/such/program", "--now"]] });
    const result = await launchEngine(world, request);
    expect(result.ok ? "" : result.problem.message).toContain("`/no/such/program --now`, did not start");
  });

  it("are ended at their deadline, with all that they started", async () => {
    const request = await requestWith({
      beforeLaunch: [
        script(
          "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)']); setInterval(() => {}, 1e3)",
        ),
      ],
      deadlineS: 3, // 0.3 s in the hurried world
    });
    const result = await launchEngine(world, request);
    expect(result).toMatchObject({ problem: { message: expect.stringContaining("did not end within 3 s") as string } });
    expect(marked(request)).toEqual([]);
  });

  it("that leave a process behind have it ended with the launch", async () => {
    const background = "setInterval(() => {}, 1e3)";
    const request = await requestWith({
      beforeLaunch: [
        script(
          `require('child_process').spawn(process.execPath, ['-e', '${background}'], { detached: true, stdio: 'ignore' }).unref()`,
        ),
      ],
    });
    const engine = await launched(request);
    expect(marked(request)).toHaveLength(2);
    await engine.stop();
    expect(marked(request)).toEqual([]);
  });

  it("after a trial that fail are the launch's failure", async () => {
    const request = await requestWith({ afterTrial: [script("process.exit(1)")] });
    const engine = await launched(request);
    expect(await engine.afterTrial("t")).toMatchObject({
      class: "hook-failed",
      message: expect.stringMatching(/^after_trial,/),
    });
    expect((await engine.stop()).failure).toMatchObject({ class: "hook-failed" });
  });

  it("run before an engine is attached to, too", async () => {
    const serving = await launched(await fakeLaunch(world, temporaryFolder()));
    const request = await requestWith({ beforeLaunch: [script("console.log('redeployed')")] });
    const environment = { executable: [], packages: null, folder: null, url: serving.endpoint.url };
    const engine = await launched({ ...request, environment });
    expect(engine.launch()).toMatchObject({ processGroup: null, hooks: [{ when: "before_launch" }] });
    await engine.stop();
  });
});

describe("a prefix", () => {
  const passOn = `const { spawn } = require("child_process"); const [program, ...rest] = process.argv.slice(1);`;
  const forks = script(
    `${passOn} spawn(program, rest, { stdio: "inherit" }).on("exit", (code, signal) => process.exit(signal ? 1 : code));`,
  );
  const apart = script(
    `${passOn} spawn(program, rest, { stdio: "inherit", detached: true }).on("exit", () => process.exit(0)); for (const s of ["SIGINT", "SIGTERM"]) process.on(s, () => process.exit(0));`,
  );

  async function prefixed(prefix: string[]): Promise<LaunchRequest> {
    const request = await fakeLaunch(world, temporaryFolder());
    return { ...request, command: { ...request.command, argv: [...prefix, ...request.command.argv] } };
  }

  it.each([
    ["that becomes the engine", ["env"], 1],
    ["that starts the engine and waits for it", forks, 2],
  ])("%s: group, death and end are the engine's", async (_, prefix, members) => {
    const request = await prefixed(prefix);
    const engine = await launched(request);
    expect(engine.launch().argv.slice(0, prefix.length)).toEqual(prefix);
    expect(engine.launch().members).toHaveLength(members);
    await world.network.request({ url: `${engine.endpoint.url}/die?how=exit`, method: "POST" });
    expect(await engine.died).toMatchObject({ class: "engine-died" });
    await engine.stop();
    expect(marked(request)).toEqual([]);

    const again = await prefixed(prefix);
    await (await launched(again)).stop();
    expect(await world.network.portIsFree(again.port)).toBe(true);
    expect(marked(again)).toEqual([]);
  });

  it("that puts the engine into a group of its own leaves nothing behind", async () => {
    const request = await prefixed(apart);
    await (await launched(request)).stop();
    await until(() => world.network.portIsFree(request.port), 10);
    expect(marked(request)).toEqual([]);
  });
});

/** Processes that carry the mark of a launch of this folder. */
function marked({ launchFolder }: LaunchRequest): string[] {
  const { environment_values: values } = JSON.parse(readFileSync(join(launchFolder, "launch.json"), "utf8")) as {
    environment_values: { name: string; value: string }[];
  };
  const mark = values.find(({ name }) => name === "CETERIS_LAUNCH")!.value;
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, "utf8").includes(mark);
    } catch {
      return false;
    }
  });
}
