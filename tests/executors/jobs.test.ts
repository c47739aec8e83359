import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prepareJobs, ranges, type Handout } from "../../src/executors/index.ts";
import { loadExecutor } from "../../src/matrix/index.ts";
import type { Executor, SchedulerFile } from "../../src/schema/executor.ts";
import { repository } from "../support/cli.ts";

function shipped(name: string): Executor {
  const path = join(repository, `experiments/executors/${name}.yaml`);
  const { value: executor, diagnostics } = loadExecutor(path, readFileSync(path, "utf8"), repository);
  expect(diagnostics).toEqual([]);
  return { ...executor!, name };
}

const handout: Handout = {
  study: "tune",
  mark: "m1",
  blocks: [1, 2, 3, 7],
  command: ["/opt/ceteris", "run", "/shared/my study.yaml", "--fidelity", "valid"],
  workingFolder: "/shared/my folder",
  folder: "/shared/results/tune/.submissions/0001-x",
};

function jobsOf(executor: Executor, asked: Handout = handout) {
  const jobs = prepareJobs(executor, asked);
  if (!jobs.ok) throw new Error(jobs.problem.message);
  return jobs.value;
}

describe("jobs for a scheduler", () => {
  it("are one array whose script has no line of a setting that is null", () => {
    const [job, ...others] = jobsOf(shipped("slurm"));
    expect(others).toEqual([]);
    expect(job).toMatchObject({ name: "job-1.sh", blocks: [1, 2, 3, 7], offset: 0 });
    expect(job?.submit).toEqual(["sbatch", "--parsable", `${handout.folder}/job-1.sh`]);
    expect(job?.find).toEqual(["squeue", "--noheader", "--name=ceteris-tune-m1-1", "--format=%F"]);
    expect(job?.script.split("\n").filter((line) => !line.startsWith("# "))).toEqual([
      "#!/bin/bash",
      "#SBATCH --job-name=ceteris-tune-m1-1",
      "#SBATCH --array=1-3,7%4",
      "#SBATCH --nodes=1",
      "#SBATCH --ntasks=1",
      "#SBATCH --time=480",
      "#SBATCH --requeue",
      "#SBATCH --open-mode=append",
      `#SBATCH --output=${handout.folder}/%a.log`,
      "cd '/shared/my folder' || exit 2",
      `exec /opt/ceteris run '/shared/my study.yaml' --fidelity valid --block "$((SLURM_ARRAY_TASK_ID + 0))"`,
      "",
    ]);
  });

  it("count from 1 in each array, since the scheduler limits the index", () => {
    const executor = { ...(shipped("slurm") as SchedulerFile & { name: string }), blocks_per_job: 3 };
    const jobs = jobsOf(executor);
    expect(jobs.map(({ blocks, offset }) => ({ blocks, offset }))).toEqual([
      { blocks: [1, 2, 3], offset: 0 },
      { blocks: [7], offset: 6 },
    ]);
    expect(jobs.map(({ find }) => find?.[2])).toEqual(["--name=ceteris-tune-m1-1", "--name=ceteris-tune-m1-2"]);
    expect(jobs[1]?.script).toContain("#SBATCH --array=1%4");
    expect(jobs[1]?.script).toContain("SLURM_ARRAY_TASK_ID + 6");
  });

  it("are refused where a file uses a word that stands for nothing", () => {
    const slurm = shipped("slurm") as SchedulerFile & { name: string };
    for (const executor of [
      { ...slurm, script: "#SBATCH --qos={qos}\n${HOME} {command}" },
      { ...slurm, cancel: { command: ["scancel", "{qos}"] } },
    ])
      expect(prepareJobs(executor, handout)).toMatchObject({
        ok: false,
        problem: { code: "executor-words", message: "executor slurm uses {qos}, which is not defined" },
      });
  });
});

describe("jobs for slots of this machine", () => {
  it("are one a slot, each of which takes any block, and never more than there are blocks", () => {
    const executor = shipped("local");
    const jobs = jobsOf(executor);
    expect(jobs.map(({ name, blocks, submit }) => ({ name, blocks, submit }))).toEqual([
      { name: "slot-1.sh", blocks: handout.blocks, submit: null },
      { name: "slot-2.sh", blocks: handout.blocks, submit: null },
    ]);
    expect(jobs[1]?.script).toContain("export CUDA_VISIBLE_DEVICES=1\n");
    expect(jobs[1]?.script).toContain("exec taskset --cpu-list 1 /opt/ceteris run");
    expect(jobsOf(executor, { ...handout, blocks: [4] })).toHaveLength(1);
  });

  it("are refused where the file does not say that they share the host", () => {
    const executor = { ...shipped("local"), share_host: false } as Executor;
    expect(prepareJobs(executor, handout)).toMatchObject({ ok: false, problem: { code: "host-is-shared" } });
  });
});

it("numbers are said as ranges", () => {
  expect(ranges([])).toBe("");
  expect(ranges([2, 3, 4, 7, 9, 10])).toBe("2-4,7,9-10");
});
