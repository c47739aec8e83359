import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { loadPlan } from "../../src/plan/load-plan.ts";
import { runStudy, type StudyOutcome, type StudyRun } from "../../src/run/study-loop.ts";
import type { Expansion } from "../../src/schema/experiment.ts";
import type { RunEvent } from "../../src/schema/event.ts";
import type { ProcessMark } from "../../src/schema/launch.ts";
import type { Plan } from "../../src/schema/plan.ts";
import type { Result } from "../../src/schema/result.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { readTrials } from "../../src/store/index.ts";
import type { Child, SpawnRequest, World } from "../../src/world/world.ts";
import { repository } from "./cli.ts";
import type { FromEngine, ToEngine } from "./engine-thread.ts";
import { hurriedWorld } from "./launches.ts";

/** Above the largest pid of Linux: such a process is on no machine. */
const firstPid = 2 ** 22;

/** One thread for the engines of all tests of this process: a thread of its own would cost each a third of a second. */
let thread: Worker | null = null;
const ends = new Map<number, (code: number) => void>();
let engines = 0;

function startEngine(start: NonNullable<ToEngine["start"]>): { id: number; ended: Promise<number> } {
  if (thread === null) {
    thread = new Worker(join(import.meta.dirname, "engine-thread.ts"));
    thread.unref();
    thread.on("message", ({ id, code }: FromEngine) => ends.get(id)?.(code));
  }
  const id = (engines += 1);
  thread.postMessage({ id, start } satisfies ToEngine);
  return { id, ended: new Promise((done) => ends.set(id, done)) };
}

/** A world in which a study runs without a process: its engines are threads, and no other program is there. */
export interface StudyWorld extends World {
  /** Engines that were started, and those that run now. */
  started: number;
  running: number;
}

/** `folder` is the user's; what `more` names is in place of the usual parts. */
export function studyWorld(folder: string, more: (usual: World) => Partial<World> = () => ({})): StudyWorld {
  const hurried = hurriedWorld();
  const live = new Set<number>();
  let started = 0;
  const mark = (pid: number): ProcessMark => ({ pid, startTicks: pid });
  const usual: World = {
    ...hurried,
    variables: {
      CETERIS_CACHE: join(folder, "cache"),
      CETERIS_SIMULATED_SPEED: "20",
      CETERIS_SIMULATED_STARTUP_S: "0",
    },
    streams: { ...hurried.streams, out: () => undefined, err: () => undefined },
    machine: {
      ...hurried.machine,
      hostname: "test-host",
      workingFolder: folder,
      packageFolder: repository,
      temporaryFolder: folder,
    },
    processes: {
      ...hurried.processes,
      async spawn({ argv, variables, logFile }: SpawnRequest) {
        started += 1;
        mkdirSync(dirname(logFile), { recursive: true });
        writeFileSync(logFile, "");
        const flags = argv.slice(argv.indexOf("simulated-engine") + 1);
        const { id, ended } = startEngine({ argv: flags, variables, logFile });
        const pid = firstPid + id;
        live.add(pid);
        let end: { code: number | null; signal: string | null } | null = null;
        const exited: Child["exited"] = ended.then((code) => {
          live.delete(pid);
          return (end = { code, signal: null });
        });
        return { ok: true, value: { pid, exited, exit: () => end } };
      },
      run: async () => ({ code: null, stdout: "", stderr: "" }),
      follow: async () => ({
        ok: false,
        problem: { code: "program-not-found", message: "there is no program in this world", hint: "" },
      }),
      signalGroup(group) {
        if (live.has(group)) thread?.postMessage({ id: group - firstPid } satisfies ToEngine);
        return live.has(group);
      },
      membersOf: async (group) => (live.has(group) ? [mark(group)] : []),
      isSame: async ({ pid }) => live.has(pid) || pid === hurried.processes.ownPid,
      mark: async (pid) => (pid >= firstPid ? mark(pid) : hurried.processes.mark(pid)),
    },
  };
  return {
    ...usual,
    ...more(usual),
    get started() {
      return started;
    },
    get running() {
      return live.size;
    },
  };
}

/** The matrix of a small study: a baseline and its changes on the simulated engine. */
export function smallMatrix({
  changes = "{ id: wide, set: { max_num_seqs: 8 } }",
  repeats = 1,
  more = "",
} = {}): string {
  return `
study: small
question: Does the study go on?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 4, max_num_batched_tokens: 2048 } }
design: { kind: isolation, changes: [${changes}] }
workloads:
  - workload: tiny
    scenario: offline
    prompt: tokens
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 32 }, output_tokens: { distribution: fixed, value: 4 } }
    warmup: { requests: 2 }
    counts: { smoke: { requests: 8, seconds: 0, repeats: ${repeats} } }
fidelity: smoke
order: declared
${more}
`;
}

/** What a run of the small study did. */
export interface SmallRun {
  outcome: Result<StudyOutcome>;
  events: RunEvent[];
  plan: Plan & { expansion: Expansion };
  /** All that the study's folder holds now, in the order in which it was run. */
  trials: Trial[];
}

/** Plans the matrix that `text` is, in the folder of `world`. */
export async function planSmall(world: World, text: string, seed?: number): Promise<SmallRun["plan"]> {
  const folder = world.machine.workingFolder;
  mkdirSync(join(folder, "experiments"), { recursive: true });
  writeFileSync(join(folder, "small.yaml"), text);
  const { plan, diagnostics } = await loadPlan(world, {
    matrix: "small.yaml",
    ...(seed === undefined ? {} : { seed }),
  });
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

/** Plans and runs the matrix that `text` is, in the folder of `world`. */
export async function runSmall(
  world: World,
  text: string,
  { seed, ...more }: Partial<StudyRun> & { seed?: number } = {},
): Promise<SmallRun> {
  const folder = world.machine.workingFolder;
  const plan = await planSmall(world, text, seed);
  const events: RunEvent[] = [];
  const resultsFolder = join(folder, "results");
  const outcome = await runStudy({
    world,
    plan,
    root: folder,
    matrix: "small.yaml",
    resultsFolder,
    request: { retry: new Set() },
    signal: new AbortController().signal,
    report: (event) => void events.push(event),
    afterLaunch: async () => undefined,
    ...more,
  });
  const { read } = await readTrials(world, join(resultsFolder, "small"));
  const trials = read.toSorted((left, right) => Date.parse(left.startedAt) - Date.parse(right.startedAt));
  return { outcome, events, plan, trials };
}

/** A trial in words: its row and its block. */
export function rowAndBlock({ spec }: Trial): string {
  return `${spec.experiment} ${spec.block}`;
}

/** What became of a run; throws where it could not begin. */
export function outcomeOf({ outcome }: SmallRun): StudyOutcome {
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

/** Trials that were measured, none FAILED: one so short is INVALID where a busy machine kept the client from its core. */
export function measured(found: SmallRun): number {
  const { counts } = outcomeOf(found);
  if (counts.failed > 0) throw new Error(`${counts.failed} trials failed`);
  return counts.screened + counts.invalid;
}

/** Codes of the notices of a run. */
export function notices(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.type === "notice" ? [event.code] : []));
}
