import { readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareJobs } from "../../src/executors/index.ts";
import { loadExecutor } from "../../src/matrix/index.ts";
import { repository, until } from "../support/cli.ts";
import { slurmLack, startSlurm, type SlurmCluster } from "../support/slurm-cluster.ts";

const lack = await slurmLack();

describe.skipIf(lack !== null)(`a real Slurm of three nodes${lack === null ? "" : `, skipped: ${lack}`}`, () => {
  let slurm: SlurmCluster;
  beforeAll(async () => {
    slurm = await startSlurm();
  });
  // Throws where a process is left.
  afterAll(() => slurm?.stop());

  /** Submits a script and gives the job's id. */
  const submit = async (script: string, ...options: string[]): Promise<string> => {
    const path = join(slurm.folder, "job.sh");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    const output = `--output=${join(slurm.folder, "out-%A-%a.txt")}`;
    return (await slurm.command("sbatch", "--parsable", "--gres=gpu:1", output, ...options, path)).trim();
  };
  const printed = (job: string, task: number): string =>
    readFileSync(join(slurm.folder, `out-${job}-${task}.txt`), "utf8").trim();
  const isOver = async (): Promise<boolean> => (await slurm.queue("%i")).length === 0;

  it("runs an array, two tasks at a time, each with a GPU", async () => {
    const job = await submit('echo "$SLURMD_NODENAME $CUDA_VISIBLE_DEVICES"; sleep 0.5', "--array=0-5%2");
    let most = 0;
    await until(async () => {
      most = Math.max(most, (await slurm.queue("%t")).filter((state) => state === "R").length);
      return isOver();
    }, 60);
    expect(most).toBe(2);
    for (let task = 0; task < 6; task += 1) expect(printed(job, task)).toMatch(/^node[1-3] [01]$/);
  });

  it("keeps its queue while slurmctld restarts, and leaves a drained node alone", async () => {
    await slurm.command("scontrol", "update", "NodeName=node1", "State=DRAIN", "Reason=test");
    const job = await submit('sleep 1; echo "$SLURMD_NODENAME"', "--array=0-5%4");
    await until(async () => (await slurm.queue("%t")).includes("R"), 30);
    await slurm.restartController();
    await until(isOver, 60);
    const nodes = [0, 1, 2, 3, 4, 5].map((task) => printed(job, task));
    expect(new Set(nodes)).toEqual(new Set(["node2", "node3"]));
    await slurm.command("scontrol", "update", "NodeName=node1", "State=RESUME");
  });

  it("cancels what runs and what waits; there is no accounting to ask", async () => {
    const job = await submit("sleep 600", "--array=0-5%2");
    await until(async () => (await slurm.queue("%t")).includes("R"), 30);
    await slurm.command("scancel", job);
    await until(isOver, 30);
    await expect(slurm.command("sacct", "--jobs", job)).rejects.toThrow("accounting storage is disabled");
  });

  it("tells which job has a name, by the command that the shipped file has for it", async () => {
    const path = join(repository, "experiments/executors/slurm.yaml");
    const { value: executor } = loadExecutor(path, readFileSync(path, "utf8"), repository);
    const handout = { study: "s", mark: "one", blocks: [1, 2, 3], command: ["true"], workingFolder: "/", folder: "/" };
    const prepared = prepareJobs({ ...executor!, name: "slurm" }, handout);
    const { find, script } = prepared.ok ? prepared.value[0]! : { find: null, script: "" };
    const name = /--job-name=(.*)/.exec(script)?.[1];
    const asked = async () => (await slurm.command(...find!)).trim().split("\n");
    expect(await asked()).toEqual([""]);
    await submit("sleep 600", "--job-name=ceteris-s-two-1", "--array=1-3%1");
    const job = await submit("sleep 600", `--job-name=${name}`, "--array=1-3%1");
    await until(async () => (await slurm.queue("%t")).includes("R"), 30);
    expect(new Set(await asked())).toEqual(new Set([job]));
    await slurm.command("scancel", "--user", userInfo().username);
    await until(isOver, 30);
  });
});
