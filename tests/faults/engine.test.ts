import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchEngine } from "../../src/engine/launch.ts";
import type { LaunchRequest } from "../../src/engine/running-engine.ts";
import { eventsOf, makeStudyFolder, runCli, storedTrials, type StoredTrial } from "../support/cli.ts";
import { fakeEngine, fakeLaunch, hurriedWorld } from "../support/launches.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";
import { engineFaults } from "./engine-faults.ts";
import { expectNothingLeft, storedLaunches } from "./fault-study.ts";
import { portOfEngine, startsBeside, takesPortAfterEngine } from "./left-processes.ts";

/** An engine whose limits a test can wait for. */
const engineFile = `format: ceteris.engine/1
extends: simulated
title: simulated vLLM that breaks
readiness: { path: /health, stalled_after_s: 5, ready_within_s: 15 }
`;

/** Takes the engine's port before it, the first time. */
const beforeEngine = `#!/bin/sh
if [ ! -e taken ]; then
  touch taken
  setsid ${process.execPath} -e '${portOfEngine}
require("net").createServer().listen(port, "127.0.0.1", () => require("fs").writeFileSync("listens", ""));
setTimeout(() => process.exit(), 60000);' "$@" >/dev/null 2>&1 &
  while [ ! -e listens ]; do sleep 0.05; done
fi
exec "$@"
`;

const planted = (fault: string): string => `{ env.CETERIS_SIMULATED_FAULT: "${fault}" }`;
const rows: Record<string, string> = {
  logsOn: planted("log-at-start"),
  hangsAtStart: planted("hang-at-start"),
  diesAtStart: planted("crash-at-start:out-of-memory"),
  vanishes: planted("vanish-after-requests:6"),
  childDies: planted("die-after-requests:6"),
  fallsSilent: planted("silent-after-requests:6"),
  leavesChild: "{ sut.prefix: [./leave-child.sh] }",
  leavesPort: "{ sut.prefix: [./leave-port.sh] }",
  portTaken: "{ sut.prefix: [./take-port.sh] }",
};
const matrix = simulatedMatrix({
  study: "broken",
  knobs: "{ max_num_seqs: 4, max_num_batched_tokens: 2048 }",
  changes: Object.entries(rows)
    .map(([id, set]) => `{ id: ${id}, set: ${set} }`)
    .join(", "),
  workload: `
scenario: closed
load: { concurrency: 4 }
prompt: tokens
${syntheticDataset(16, 4)}
warmup: { requests: 2 }
deadline_s: 2
counts: { smoke: { requests: 24, seconds: 0 } }`,
}).replace("engine: simulated", "engine: faulty");

const study = makeStudyFolder({
  "sut/faulty.yaml": engineFile,
  "matrices/broken.yaml": matrix,
  "leave-child.sh": startsBeside("setTimeout(() => {}, 60000)"),
  "leave-port.sh": startsBeside(takesPortAfterEngine),
  "take-port.sh": beforeEngine,
});
afterAll(() => study.remove());

let stdout = "";
let trials: StoredTrial["trial"][] = [];
beforeAll(async () => {
  for (const script of ["leave-child.sh", "leave-port.sh", "take-port.sh"])
    chmodSync(join(study.folder, script), 0o755);
  const answer = await runCli(["run", "matrices/broken.yaml", "--json"], study.folder);
  expect([answer.code, answer.stderr]).toEqual([3, expect.not.stringContaining("internal error")]);
  ({ stdout } = answer);
  trials = storedTrials(study.folder, "broken").map(({ trial }) => trial);
});

function trialOf(row: string): StoredTrial["trial"] {
  const found = trials.filter(({ spec }) => spec.experiment === row);
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** Messages of the run that name the row. */
const notesOf = (row: string): string[] =>
  eventsOf(stdout)
    .filter(({ type, message }) => type === "notice" && String(message).startsWith(`${row}:`))
    .map(({ message }) => String(message));
const launchOf = (row: string) =>
  storedLaunches(study.folder, "broken").find(({ id }) => id === trialOf(row).launch_id)!;
const isMeasured = (row: string): void => expect(["SCREENED", "INVALID"]).toContain(trialOf(row).verdict.status);

describe("an engine", () => {
  it.each([
    [engineFaults.logsOn.injected, "logsOn", "never-ready", /not ready within 15 s, though its log goes on/],
    [engineFaults.hangsAtStart.injected, "hangsAtStart", "hung", /nothing new in the engine's log for \d+ s/],
    [engineFaults.diesAtStart.injected, "diesAtStart", "out-of-memory", /out of memory/i],
    [engineFaults.vanishes.injected, "vanishes", "engine-died", /ended while it served/],
    [engineFaults.childDies.injected, "childDies", "engine-died", /./],
    [engineFaults.fallsSilent.injected, "fallsSilent", "no-answers", /in a row got no token/],
  ])("%s", (_, row, failureClass, words) => {
    expect(trialOf(row).verdict).toMatchObject({
      status: "FAILED",
      reason: expect.stringMatching(words) as string,
      failure: { class: failureClass },
    });
  });

  it(`planted: ${engineFaults.leavesChild.injected}`, () => {
    isMeasured("leavesChild");
    expect(notesOf("leavesChild")).toEqual([expect.stringContaining("1 process outside the engine's group")]);
    expect(launchOf("leavesChild").notices).toEqual([expect.stringContaining("1 process outside the engine's group")]);
  });

  it(`planted: ${engineFaults.leavesPort.injected}`, () => {
    isMeasured("leavesPort");
    expect(launchOf("leavesPort").notices).toEqual([expect.stringContaining("1 process outside the engine's group")]);
  });

  it(`planted: ${engineFaults.portTaken.injected}`, () => {
    isMeasured("portTaken");
    expect(notesOf("portTaken")).toContainEqual(expect.stringMatching(/port \d+ was taken after it was chosen/));
  });

  it("costs its own trial alone, and leaves nothing", () => {
    expect(trials).toHaveLength(1 + Object.keys(rows).length);
    isMeasured("baseline");
    expectNothingLeft(study.folder, "broken");
  });
});

describe("an engine", () => {
  const temporaryFolder = useTemporaryFolders();
  const world = hurriedWorld();

  it(`planted: ${engineFaults.ignoresSignals.injected}`, async () => {
    const notes: string[] = [];
    const request: LaunchRequest = {
      ...(await fakeLaunch(world, temporaryFolder(), ["--stubborn"])),
      onNotice: (message) => notes.push(message),
    };
    const engine = await launchEngine(world, request);
    if (!engine.ok) throw new Error(engine.problem.message);
    const { notices, exit } = await engine.value.stop();
    const words =
      "1 of 1 process of the engine heeded neither SIGINT within 0.15 s nor SIGTERM within 0.15 s, and ended by SIGKILL";
    expect(notices).toEqual([words]);
    expect(notes).toEqual([`launch ${request.id}: ${words}`]);
    expect(exit).toEqual({ code: null, signal: "SIGKILL" });
  });

  it(`planted: ${engineFaults.gpuBusy.injected}`, async () => {
    const answers: Record<string, string> = {
      "--query-gpu=index,uuid,memory.used": "0, GPU-1a, 61004\n",
      "--query-compute-apps=gpu_uuid,pid,process_name,used_memory": "GPU-1a, 4242, python3, 61000\n",
    };
    const busy = {
      ...world,
      processes: {
        ...world.processes,
        run: (argv: string[]) => Promise.resolve({ code: 0, stdout: answers[argv[1] ?? ""] ?? "", stderr: "" }),
      },
    };
    const words = "Free memory on device cuda:0 is less than desired GPU memory utilization";
    const pattern = { class: "gpu-memory-busy", pattern: "less than desired", hint: "Wait." };
    const engine = { ...fakeEngine, failures: [pattern, ...fakeEngine.failures] };
    const notes: string[] = [];
    const request: LaunchRequest = {
      ...(await fakeLaunch(busy, temporaryFolder(), ["--fail", `ValueError: ${words}`], engine)),
      onNotice: (message) => notes.push(message),
    };
    const who = "GPU GPU-1a: process 4242 (python3) holds 61000 MiB";
    expect(await launchEngine(busy, request)).toMatchObject({
      ok: false,
      problem: { class: "gpu-memory-busy", hint: expect.stringContaining(who) as string },
    });
    expect(notes).toEqual([`launch ${request.id}: ${who}`]);
  });
});
