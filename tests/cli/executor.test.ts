import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeStudyFolder, repository, runCli, startCli, storedTrials, until } from "../support/cli.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";

const study = makeStudyFolder({
  "matrices/spread.yaml": simulatedMatrix({
    study: "spread",
    knobs: "{ max_num_seqs: 4, max_num_batched_tokens: 2048 }",
    changes: "{ id: seqs8, set: { max_num_seqs: 8 } }",
    repeats: 3,
    workload: `
scenario: offline
prompt: tokens
${syntheticDataset(64, 8)}
warmup: { requests: 4 }
counts: { smoke: { requests: 16, seconds: 0, repeats: 3 } }`,
  }),
});
afterAll(() => study.remove());

const ceteris = (...argv: string[]) => runCli(argv, study.folder);
const own = (name: string, text: string): void => {
  mkdirSync(join(study.folder, "experiments/executors"), { recursive: true });
  writeFileSync(join(study.folder, `experiments/executors/${name}.yaml`), text);
};
const slots = (script: string): string => `
kind: slots
slots: [{ cpu: "0" }, { cpu: "1" }]
share_host: true
script: |
  #!/bin/sh
  cd {working_folder} || exit 2
  ${script}
`;

describe("blocks that are handed out", () => {
  it("are written as scripts and not submitted with --emit", async () => {
    const { code, stdout } = await ceteris("run", "matrices/spread.yaml", "--executor", "slurm", "--emit", "scripts");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `sbatch --parsable ${study.folder}/scripts/job-1.sh\n` });
    const script = readFileSync(join(study.folder, "scripts/job-1.sh"), "utf8");
    expect(script).toContain("#SBATCH --array=1-3%4\n");
    expect(script).toContain(`run ${study.folder}/matrices/spread.yaml --results ${study.folder}/results --block`);
    expect(existsSync(join(study.folder, "results/spread/.submissions"))).toBe(false);
  });

  it("are not handed out, and nothing runs, where a flag would be overlooked or a script would hold a secret", async () => {
    const slurm = ["--executor", "slurm", "--emit", "refused"];
    for (const [flags, said] of [
      [["--emit", "refused"], "--emit writes what --executor hands out"],
      [[...slurm, "--dry-run"], "--dry-run asks for something else"],
      [[...slurm, "--only", "seqs8"], "--only asks for something else"],
      [[...slurm, "--block", "2"], "--block asks for something else"],
      [["--profile", "seqs8", "--dry-run"], "--profile runs one row once, and --dry-run asks for something else"],
      [["--profile", "seqs8", "--retry", "failed"], "--retry asks for something else"],
      [["--profiler", "torch"], "--profiler says by which profiler --profile runs a row"],
      [[...slurm, "--tracking", "http://me:hunter2secret@mlflow"], "a flag holds a secret"],
    ] as const) {
      const refused = await ceteris("run", "matrices/spread.yaml", ...flags);
      expect({ flags, code: refused.code, stdout: refused.stdout }).toEqual({ flags, code: 2, stdout: "" });
      expect(refused.stderr).toContain(said);
      expect(refused.stderr).not.toContain("hunter2secret");
    }
    expect(existsSync(join(study.folder, "refused"))).toBe(false);
    expect(existsSync(join(study.folder, "results/spread"))).toBe(false);
  });

  it("are said to take longer than a job may, at plan and at submission", async () => {
    const slurm = readFileSync(join(repository, "experiments/executors/slurm.yaml"), "utf8");
    own("short", slurm.replace(/^minutes: .*$/m, "minutes: 0.01"));
    for (const asked of [["plan"], ["run", "--emit", "short"]]) {
      const [command = "", ...flags] = asked;
      const said = await ceteris(command, "matrices/spread.yaml", "--executor", "short", ...flags);
      expect(said.code).toBe(0);
      expect(said.stderr).toMatch(/a block takes about .+, and a job of short ends after .+: raise `minutes`/);
    }
  });

  it("are named where there is no such executor, and a scheduler that is not here is said", async () => {
    const unknown = await ceteris("run", "matrices/spread.yaml", "--executor", "pbs");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/There are: local, .*slurm\./);
    own(
      "queue",
      `kind: scheduler
blocks_per_job: 9
script: "{command}"
submit: { command: [no-such-queue, "{script}"], job: "(.+)" }
poll: [{ command: [no-such-queue], line: "(?<task>1)(?<state>2)" }]
states: { waiting: [], running: [] }
cancel: { command: [no-such-queue, "{job}"] }
`,
    );
    const away = await ceteris("run", "matrices/spread.yaml", "--executor", "queue");
    expect(away.code).toBe(2);
    expect(away.stderr).toContain("executor queue: no-such-queue could not be started");
    own("broken", "kind: slots\nslot: []\n");
    const broken = await ceteris("run", "matrices/spread.yaml", "--executor", "broken");
    expect(broken.stderr).toContain("experiments/executors/broken.yaml:2:1");
  });

  it("are not handed out where the model is not there and nobody can fetch it", async () => {
    const text = readFileSync(join(study.folder, "matrices/spread.yaml"), "utf8").replace(
      "engine: simulated",
      "engine: vllm",
    );
    writeFileSync(join(study.folder, "matrices/real.yaml"), text.replace("study: spread", "study: real"));
    const variables = { HF_HUB_OFFLINE: "1", HF_HUB_CACHE: join(study.folder, "hub") };
    const { code, stderr } = await runCli(
      ["run", "matrices/real.yaml", "--executor", "slurm"],
      study.folder,
      variables,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error\[model-not-in-cache\]: .* is not in the hub's cache on this machine/m);
    expect(existsSync(join(study.folder, "results/real"))).toBe(false);
  });

  it("wait as the slots' processes live, are not handed out twice, and can be cancelled", async () => {
    own("asleep", slots("exec sleep 600"));
    const submitted = await Promise.all(
      ["asleep", "asleep"].map((name) => ceteris("run", "matrices/spread.yaml", "--executor", name)),
    );
    expect(submitted.map(({ code }) => code)).toEqual([0, 0]);
    expect(submitted.map(({ stdout }) => stdout).join("")).toMatch(/^spread: 3 blocks handed out to asleep, 2 jobs/);
    expect(submitted.map(({ stderr }) => stderr).join("")).toContain("blocks 1-3 handed out already: left out");
    const status = JSON.parse((await ceteris("status", "spread", "--json")).stdout) as {
      running: boolean;
      handedOut: object[];
    }[];
    expect(status[0]).toMatchObject({
      running: true,
      handedOut: [{ executor: "asleep", blocks: 3, done: 0, running: 0, waiting: 3, ended: 0, unknown: 0 }],
    });
    const again = await ceteris("run", "matrices/spread.yaml", "--executor", "local");
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: "" });
    expect(again.stderr).toContain("spread: blocks 1-3 handed out already: left out");
    expect((await ceteris("cancel", "spread")).stdout).toContain("2 jobs cancelled");
    expect((await ceteris("cancel", "spread")).stdout).toContain("nothing is handed out");
    const over = (await ceteris("status", "spread")).stdout;
    expect(over).toMatch(/^0001-asleep \(cancelled\) .* 3 +0 +0 +0 +0 +3 +0$/m);
    expect(over).toMatch(
      /^Blocks of 0001-asleep not known to be done: 1-3, whose job has ended \(cancelled\); logs: results\/spread\/.submissions\/0001-asleep$/m,
    );
    expect(over).toMatch(
      /^Stopped: 6 trials to do\. Next: ceteris run matrices\/spread\.yaml --fidelity smoke --executor asleep$/m,
    );
  });

  it("are done once each by slots that outlive the command, and the report is the same study's", async () => {
    const scratch = join(study.folder, "scratch");
    own("here", slots(`CETERIS_SCRATCH=${scratch} exec {command} --block any`));
    const handed = await ceteris("run", "matrices/spread.yaml", "--fidelity", "smoke", "--executor", "here");
    expect(handed.stdout).toContain("3 blocks handed out to here, 2 jobs");
    expect(handed.stdout).toContain("ceteris run matrices/spread.yaml --fidelity smoke makes the report");
    await until(() => storedTrials(study.folder, "spread").length >= 6, 120);
    await until(async () => /0002-here .* 3 +3 +0 +0 +0 +0 +0/.test((await ceteris("status", "spread")).stdout), 60);
    const ran = storedTrials(study.folder, "spread").map(({ trial }) => trial.spec);
    expect(new Set(ran.map(({ trial_id: id }) => id)).size).toBe(6);
    expect(ran.map(({ block, experiment }) => `${block} ${experiment}`).toSorted()).toEqual(
      [1, 2, 3].flatMap((block) => [`${block} baseline`, `${block} seqs8`]),
    );
    // The first block runs alone, the others side by side.
    const sql = "select block, max(neighbours) as beside from trials group by block order by block";
    const beside = await ceteris("query", sql, "--format", "csv");
    expect(beside.stdout.trim().split(/\s+/)).toEqual(["block,beside", "1,0", "2,1", "3,1"]);
    // What a trial writes under load has no name.
    expect(readdirSync(scratch)).toEqual([]);
    const logs = join(study.folder, "results/spread/.submissions/0002-here");
    expect(readdirSync(logs).filter((name) => name.endsWith(".log"))).toEqual(["slot-1.log", "slot-2.log"]);
    expect((await ceteris("cancel", "spread")).stdout).toBe("spread: 2 jobs had ended already\n");
    const none = await ceteris("run", "matrices/spread.yaml", "--executor", "here");
    expect(none.stderr).toContain("every block is done");
    expect((await ceteris("run", "matrices/spread.yaml")).stderr).not.toContain("SCREENED  ");
    expect(existsSync(join(study.folder, "reports/out/spread.md"))).toBe(true);
  });

  it("are found, not handed out twice and ended although the submitter died before it could record them", async () => {
    const text = readFileSync(join(study.folder, "matrices/spread.yaml"), "utf8");
    writeFileSync(join(study.folder, "matrices/broken-off.yaml"), text.replace("study: spread", "study: broken-off"));
    for (const [name, line] of [
      ["put", `sed -n 's/^# name //p' "$1" > queue.part; mv queue.part queue; exec sleep 60`],
      ["find", `grep -qx -- "$1" queue && echo job 77; exit 0`],
      ["ask", `grep -q . queue && printf '%s PENDING\\n' 1 2 3`],
      ["end", `: > queue; echo "$1" > ended`],
    ] as const)
      writeFileSync(join(study.folder, `${name}.sh`), `${line}\n`);
    own(
      "stub",
      `kind: scheduler
blocks_per_job: 9
script: "# name {name}\\n{command}\\n"
submit: { command: [sh, put.sh, "{script}"], job: "^job (.+)", find: [sh, find.sh, "{name}"] }
poll: [{ command: [sh, ask.sh, "{job}"], line: "^(?<task>\\\\d) (?<state>.+)" }]
states: { waiting: [PENDING], running: [] }
cancel: { command: [sh, end.sh, "{job}"] }
`,
    );
    const submitter = startCli(["run", "matrices/broken-off.yaml", "--executor", "stub"], study.folder);
    await until(() => existsSync(join(study.folder, "queue")));
    // The whole group, so that the stub does not outlive it.
    process.kill(-submitter.child.pid!, "SIGKILL");
    await submitter.ended;

    const status = JSON.parse((await ceteris("status", "broken-off", "--json")).stdout) as { handedOut: object[] }[];
    expect(status[0]?.handedOut).toMatchObject([{ jobs: ["not recorded"], blocks: 3, waiting: 3, unknown: 0 }]);
    const again = await ceteris("run", "matrices/broken-off.yaml", "--executor", "stub");
    expect(again.stderr).toContain("broken-off: blocks 1-3 handed out already: left out");
    expect((await ceteris("cancel", "broken-off")).stdout).toContain("1 job cancelled");
    expect(readFileSync(join(study.folder, "ended"), "utf8")).toBe("77\n");
  });
});
