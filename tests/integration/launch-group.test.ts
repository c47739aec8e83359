import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { loadPlan } from "../../src/plan/load-plan.ts";
import { runStudy, type StudyOutcome } from "../../src/run/study-loop.ts";
import type { Trial } from "../../src/schema/trial.ts";
import type { World } from "../../src/world/world.ts";
import { processesNaming, repository } from "../support/cli.ts";
import { hurriedWorld } from "../support/launches.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

/** Thrown once by the stage that is named. */
const planted = vi.hoisted(() => ({ at: "" }));
function throwAt(stage: string): void {
  if (planted.at !== stage) return;
  planted.at = "";
  throw new TypeError(`planted in ${stage}`);
}
vi.mock("../../src/telemetry/index.ts", async (original) => {
  const real = await original<typeof import("../../src/telemetry/index.ts")>();
  return {
    ...real,
    gatherProvenance: (...args: Parameters<typeof real.gatherProvenance>) => {
      throwAt("provenance");
      return real.gatherProvenance(...args);
    },
    startSampling: (...args: Parameters<typeof real.startSampling>) => {
      throwAt("telemetry");
      return real.startSampling(...args);
    },
  };
});
vi.mock("../../src/metrics/index.ts", async (original) => {
  const real = await original<typeof import("../../src/metrics/index.ts")>();
  return {
    ...real,
    measure: (...args: Parameters<typeof real.measure>) => {
      throwAt("metrics");
      return real.measure(...args);
    },
  };
});
vi.mock("../../src/checks/index.ts", async (original) => {
  const real = await original<typeof import("../../src/checks/index.ts")>();
  return {
    ...real,
    judge: (...args: Parameters<typeof real.judge>) => {
      throwAt("checks");
      return real.judge(...args);
    },
  };
});

const temporaryFolder = useTemporaryFolders();
const matrix = `
study: broken
question: Does the study go on?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 4, max_num_batched_tokens: 2048 } }
design:
  kind: isolation
  changes:
    - { id: change, set: CHANGE }
workloads:
  - workload: tiny
    scenario: offline
    prompt: tokens
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 32 }, output_tokens: { distribution: fixed, value: 4 } }
    warmup: { requests: 2 }
    counts: { smoke: { requests: 8, seconds: 0, repeats: REPEATS } }
fidelity: smoke
`;

interface Ran {
  trials: Trial[];
  folder: string;
  studyFolder: string;
  outcome: StudyOutcome;
  launches: string[];
}

/** A study of a baseline and a change on the simulated engine, in a world that may be broken. */
async function ran(
  broken: (world: World) => Partial<World>,
  { change = "{ max_num_seqs: 8 }", repeats = 1 } = {},
): Promise<Ran> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "experiments"));
  writeFileSync(join(folder, "study.yaml"), matrix.replace("CHANGE", change).replace("REPEATS", String(repeats)));
  const hurried = hurriedWorld();
  const whole: World = {
    ...hurried,
    machine: { ...hurried.machine, workingFolder: folder, packageFolder: repository, temporaryFolder: folder },
    processes: { ...hurried.processes, self: { node: process.execPath, entry: join(repository, "src/cli/main.ts") } },
  };
  const world = { ...whole, ...broken(whole) };
  const { plan, diagnostics, root } = await loadPlan(world, { matrix: "study.yaml" });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const resultsFolder = join(folder, "results");
  const outcome = await runStudy({
    world,
    plan: plan!,
    root,
    matrix: "study.yaml",
    resultsFolder,
    request: { retry: new Set() },
    signal: new AbortController().signal,
    report: () => undefined,
    afterLaunch: async () => undefined,
  });
  expect(outcome.ok).toBe(true);
  expect(processesNaming(folder)).toEqual([]);
  const studyFolder = join(resultsFolder, "broken");
  const trials = readdirSync(studyFolder)
    .filter((name) => name.startsWith("exp1_"))
    .flatMap((name) => readdirSync(join(studyFolder, name)).map((trial) => join(studyFolder, name, trial)))
    .map((at) => JSON.parse(readFileSync(join(at, "trial.json"), "utf8")) as Trial);
  const launches = readdirSync(join(studyFolder, "launches"));
  return { trials, folder, studyFolder, launches, outcome: (outcome as { value: StudyOutcome }).value };
}

/** The classes of what failed, the trials in all, and the message and the stack of the first. */
function failuresOf({ trials, studyFolder }: Ran) {
  const broken = trials.filter(({ verdict }) => verdict.status === "FAILED");
  const { spec, verdict } = broken[0]! as unknown as {
    spec: { trial_id: string; experiment_id: string };
    verdict: Trial["verdict"];
  };
  const { file, message } = verdict.failure!;
  return {
    classes: broken.map((trial) => trial.verdict.failure?.class),
    trials: trials.length,
    message,
    stack: readFileSync(join(studyFolder, spec.experiment_id, spec.trial_id, file!), "utf8"),
  };
}

/** One of two trials is broken, with its stack beside it. */
const oneBroken = (words: string, failed = "internal-error") => ({
  classes: [failed],
  trials: 2,
  message: expect.stringContaining(words) as string,
  stack: expect.stringMatching(new RegExp(`${words}.*\\n {4}at `)) as string,
});

describe("an internal error costs the trial that it happens in", () => {
  it.each(["provenance", "telemetry", "metrics", "checks"])("thrown in %s", async (stage) => {
    planted.at = stage;
    expect(failuresOf(await ran(() => ({})))).toEqual(oneBroken(`planted in ${stage}`));
  });

  it("a disk that is full while launch.json is written, with the process there", async () => {
    let writes = 0;
    const result = await ran(({ files }) => ({
      files: {
        ...files,
        async writeText(path, text) {
          if (path.endsWith("launch.json") && (writes += 1) === 3)
            throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
          await files.writeText(path, text);
        },
      },
    }));
    expect(failuresOf(result)).toEqual(oneBroken("ENOSPC", "disk-full"));
  });

  it("file descriptors that run out, also for the eyes that look after the process group", async () => {
    let blind = 0;
    const lost = () => Promise.reject(Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" }));
    const result = await ran(({ processes }) => ({
      processes: {
        ...processes,
        mark: (pid) => (pid !== processes.ownPid && (blind += 1) === 1 ? lost() : processes.mark(pid)),
        membersOf: (group) => (blind === 1 ? lost() : processes.membersOf(group)),
      },
    }));
    expect(failuresOf(result)).toEqual(oneBroken("EMFILE", "too-many-files"));
  });

  it("a trial that cannot be stored", async () => {
    let renames = 0;
    const result = await ran(({ files }) => ({
      files: {
        ...files,
        async rename(from, to) {
          if (from.includes(".partial-") && (renames += 1) === 1) throw new TypeError("planted in store");
          await files.rename(from, to);
        },
      },
    }));
    expect(failuresOf(result)).toEqual(oneBroken("planted in store"));
  });
});

describe("a configuration that the engine refuses for what it is", () => {
  it("is launched once, and its trials of all blocks refer to that launch", async () => {
    const { trials, launches } = await ran(() => ({}), { change: "{ tensor_parallel_size: 3 }", repeats: 3 });
    const refused = trials.filter(({ verdict }) => verdict.failure?.refused === true);
    expect(refused.length).toBe(3);
    const ids = refused.map((trial) => (trial as unknown as { launch_id: string }).launch_id);
    expect(new Set(ids).size).toBe(1);
    expect(launches).toContain(ids[0]);
    expect(launches.length).toBe(1 + trials.length - refused.length);
    expect(
      refused.filter(({ verdict }) => verdict.failure!.message.startsWith(`as in launch ${ids[0]}: `)).length,
    ).toBe(2);
  });
});
