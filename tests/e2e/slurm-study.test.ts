import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNothingLeft, expectWhole, measuredCodes } from "../faults/fault-study.ts";
import { eventsOf, makeStudyFolder, runCli, startCli, storedTrials, until, type CliAnswer } from "../support/cli.ts";
import { slurmLack, startSlurm, type SlurmCluster } from "../support/slurm-cluster.ts";

/** 60 trials: 6 blocks of two rows at five loads, which share a launch. */
const [blocks, inBlock] = [6, 10];
const matrix = `
study: array
question: Does an array of jobs measure what one run would?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 4, max_num_batched_tokens: 2048 } }
design: { kind: isolation, changes: [{ id: seqs8, set: { max_num_seqs: 8 } }] }
sweep: { load.concurrency: [1, 2, 3, 4, 5] }
launch: shared
workloads:
  - workload: tiny
    scenario: closed
    prompt: tokens
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 16 }, output_tokens: { distribution: fixed, value: 4 } }
    warmup: { requests: 2 }
    counts: { smoke: { requests: 12, seconds: 0, repeats: ${blocks} } }
fidelity: smoke
repeats: ${blocks}
`;

const lack = await slurmLack();

describe.skipIf(lack !== null)(`a study on a real Slurm${lack === null ? "" : `, skipped: ${lack}`}`, () => {
  let slurm: SlurmCluster;
  let study: ReturnType<typeof makeStudyFolder>;
  let planned: string[];
  const matrixFile = "matrices/array.yaml";
  const submit = ["run", matrixFile, "--executor", "slurm"];

  beforeAll(async () => {
    slurm = await startSlurm();
    study = makeStudyFolder({ [matrixFile]: matrix });
    const executor = join(study.folder, "experiments/executors/slurm.yaml");
    const text = readFileSync(executor, "utf8");
    writeFileSync(executor, text.replace("at_once: 4", "at_once: 3").replace("gpus: null", "gpus: 1"));
    const local = await ceteris("run", matrixFile, "--dry-run", "--results", "results-of-a-local-run");
    planned = local.stdout
      .trim()
      .split("\n")
      .map((line) => line.split("\t").at(-1)!);
    expect(planned).toHaveLength(60);
  });
  afterAll(async () => {
    await slurm?.stop();
    study?.remove();
  });

  const variables = () => ({ ...slurm.variables, CETERIS_CACHE: join(study.folder, "cache") });
  const ceteris = (...args: string[]): Promise<CliAnswer> => runCli(args, study.folder, variables());
  const queueIsEmpty = async (): Promise<boolean> => {
    await wait(200);
    return (await slurm.queue("%i")).length === 0;
  };
  /** Tasks that run now, `12_3`. */
  const running = async (): Promise<string[]> =>
    (await slurm.queue("%t %i")).flatMap((line) => /^R (.*)/.exec(line)?.[1]?.trim() ?? []);
  /** By a job that needs the whole node on which the task runs. */
  const preempt = async (task: string): Promise<void> => {
    const line = (await slurm.queue("%i %N")).find((one) => one.startsWith(`${task} `));
    const whole = [`--nodelist=${line?.split(" ")[1]}`, "--cpus-per-task=2", "--output=/dev/null", "--wrap=sleep 1"];
    await slurm.command("sbatch", "--partition=urgent", ...whole);
  };
  /** Ids of trials that are on disk. A block is a replicate here. */
  const stored = (): string[] => {
    const folder = join(study.folder, "results/array");
    const rows = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("exp1_")) : [];
    return rows.flatMap((row) => readdirSync(join(folder, row)).filter((name) => !name.startsWith(".")));
  };
  const storedOf = (task: string): number =>
    stored().filter((id) => id.includes(`-r${task.slice(task.indexOf("_") + 1)}-`)).length;

  it("is an array whose tasks are blocks, and is cancelled: what was measured stays, and nothing runs on", async () => {
    const submitted = await ceteris(...submit);
    expect([submitted.code, submitted.stdout]).toEqual([0, expect.stringMatching(/^array: 6 blocks handed out/)]);
    await until(() => stored().length > 2, 120);
    expect(await running()).toHaveLength(3);
    const status = JSON.parse((await ceteris("status", "array", "--json")).stdout) as { handedOut: object[] }[];
    expect(status[0]?.handedOut).toMatchObject([{ executor: "slurm", blocks: 6, done: 0, running: 3, waiting: 3 }]);
    const before = stored();
    expect((await ceteris("cancel", "array")).stdout).toMatch(/^array: 1 job cancelled/);
    await until(queueIsEmpty, 60);
    expectNothingLeft(study.folder, "array");
    expect(stored()).toEqual(expect.arrayContaining(before));
    expect(stored().length).toBeLessThan(30);
  });

  it("is whole once although jobs are killed, a node is drained, slurmctld restarts and the submitter dies", async () => {
    await slurm.command("scontrol", "update", "NodeName=node1", "State=DRAIN", "Reason=test");
    const submitter = startCli(submit, study.folder, variables());
    await until(async () => !(await queueIsEmpty()), 120);
    submitter.child.kill("SIGKILL");
    await submitter.ended;

    // One task is killed and one is preempted, each within its block: both have trials to do.
    const hit: string[] = [];
    const left = (task: string): boolean => storedOf(task) % inBlock > 0 && storedOf(task) % inBlock < inBlock - 3;
    await until(async () => {
      const task = (await running()).find((one) => !hit.includes(one) && left(one));
      if (task === undefined) return false;
      if (hit.length === 0) await slurm.command("scancel", "--signal=KILL", "--full", task);
      else await preempt(task);
      return hit.push(task) === 2;
    }, 120);
    const before = stored();
    await slurm.restartController();
    await until(queueIsEmpty, 300);
    expect(stored()).toEqual(expect.arrayContaining(before));
    const [, preempted = ""] = hit.map((task) => task.slice(task.indexOf("_") + 1));
    const log = readFileSync(join(study.folder, `results/array/.submissions/0002-slurm/${preempted}.log`), "utf8");
    expect(log).toContain("DUE TO PREEMPTION");

    // The task that was preempted is queued again by Slurm, and done; the block of the one that was killed is handed out by the script alone.
    const emitted = await ceteris(...submit, "--emit", "scripts");
    const [killed = ""] = hit;
    const script = readFileSync(join(study.folder, "scripts/job-1.sh"), "utf8");
    expect(script).toContain(`--array=${killed.slice(killed.indexOf("_") + 1)}%3\n`);
    await slurm.command(...emitted.stdout.trim().split(" "));
    await until(queueIsEmpty, 120);

    const last = await ceteris("run", matrixFile, "--json");
    expect([measuredCodes.includes(last.code!), last.stderr]).toEqual([true, expect.anything()]);
    expect(eventsOf(last.stdout).find(({ type }) => type === "plan")).toMatchObject({ trials: 60, todo: 0 });
    expectNothingLeft(study.folder, "array");
    await expectWhole(study.folder, { array: stored().length });
    expectSamePlan();
  });

  /** Every planned trial ran, and no other; those of a block that count, its last attempts, ran in one place. */
  function expectSamePlan(): void {
    const withoutAttempt = (id: string): string => id.replace(/-a\d+$/, "");
    const trials = storedTrials(study.folder, "array").map(({ trial }) => trial);
    const inOrder = trials.toSorted((one, other) => one.spec.attempt - other.spec.attempt);
    const counted = new Map(inOrder.map((trial) => [withoutAttempt(trial.spec.trial_id), trial]));
    expect([...counted.keys()].toSorted()).toEqual(planned.map(withoutAttempt).toSorted());
    const places = [...counted.values()].map(
      ({ spec, provenance }) => `${spec.block} ${(provenance!["host"] as { hostname: string }).hostname}`,
    );
    expect(new Set(places).size).toBe(blocks);
  }
});
