import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeStudyFolder, processesNaming, runCli, storedTrials } from "../support/cli.ts";
import { runInNamespaces } from "../support/linux-host.ts";

/** A prefix that starts the engine and waits for it, as a wrapper script does. */
const wrapper = `import { spawn } from "node:child_process";
const [program, ...rest] = process.argv.slice(2);
spawn(program, rest, { stdio: "inherit" }).on("exit", (code) => process.exit(code ?? 1));
`;

const node = process.execPath;
const matrix = `study: launched
question: What does the wrapper cost?
sut:
  engine: simulated
  model: meta-llama/Llama-3.1-8B-Instruct
  prefix: [env]
  before_launch: [["${node}", -e, "console.log('made ready')"]]
  after_trial: [["${node}", -e, "console.log(process.env.CETERIS_TRIAL)"]]
baseline: { knobs: { max_num_seqs: 4, max_num_batched_tokens: 2048 } }
design:
  kind: isolation
  changes:
    - { id: wrapped, set: { sut.prefix: ["${node}", ./wrapper.mjs] } }
    - { id: unready, set: { sut.before_launch: [["${node}", -e, "console.log('no such node'); process.exit(7)"]] } }
workloads:
  - workload: tiny
    prompt: tokens
    dataset: { kind: synthetic, input_tokens: 32, output_tokens: 4 }
    warmup: { requests: 2 }
    counts: { smoke: { requests: 8 } }
fidelity: smoke
repeats: 1
`;
const place = makeStudyFolder({ "matrices/launched.yaml": matrix, "wrapper.mjs": wrapper });
afterAll(() => place.remove());

/** As `apptainer exec IMAGE` does it, in a PID namespace of its own; no signal but SIGKILL ends it. Says what its processes were given. */
const launcher = `#!/bin/sh
trap '' INT TERM
shift 2
env > given.txt
ps -eo args > seen.txt
unshare --user --map-root-user --pid --fork -- "$@" &
wait
`;
const canUnshare = runInNamespaces(["--pid", "--fork"], ["true"]).status === 0;

it.skipIf(!canUnshare)(
  "an image in the prefix is recorded by its digest, gets the variables, and is stopped",
  async () => {
    const image = `#!/usr/bin/env run-singularity\n\0SIF_MAGIC\0`;
    const text = matrix
      .replace("study: launched", "study: imaged")
      .replace("prefix: [env]", "prefix: [./apptainer, exec, engine.sif]")
      .replace(
        "max_num_seqs: 4,",
        "max_num_seqs: 4, env.CUDA_VISIBLE_DEVICES: MIG-7, env.OWN_TOKEN: { env: MY_TOKEN },",
      )
      .replace(/  changes:[^]*workloads/, "  changes: [{ id: wide, set: { max_num_seqs: 8 } }]\nworkloads");
    const other = makeStudyFolder({ "matrices/imaged.yaml": text, apptainer: launcher, "engine.sif": image });
    chmodSync(join(other.folder, "apptainer"), 0o755);
    const token = "hunter2-in-the-environment";
    const { code, stderr } = await runCli(["run", "matrices/imaged.yaml"], other.folder, { MY_TOKEN: token });
    expect([0, 4], stderr).toContain(code);
    const digest = `sha256:${createHash("sha256").update(image).digest("hex")}`;
    for (const { trial } of storedTrials(other.folder, "imaged"))
      expect(trial.provenance!["engine"]).toMatchObject({
        image: join(other.folder, "engine.sif"),
        image_digest: digest,
      });
    const given = readFileSync(join(other.folder, "given.txt"), "utf8");
    expect(given).toContain("CUDA_VISIBLE_DEVICES=MIG-7\n");
    expect(given).toContain(`OWN_TOKEN=${token}\n`);
    expect(readFileSync(join(other.folder, "seen.txt"), "utf8")).not.toContain(token);
    expect(processesNaming(other.folder)).toEqual([]);
    other.remove();
  },
);

describe("a prefix and hooks", () => {
  it("are in force, recorded, and leave nothing behind; one that fails is a launch that FAILED", async () => {
    const { code, stderr } = await runCli(["run", "matrices/launched.yaml"], place.folder, {
      HF_TOKEN: "hf_secret_77",
    });
    expect(code, stderr).toBe(3);
    const trials = storedTrials(place.folder, "launched");
    const byRow = new Map(trials.map(({ trial }) => [trial.spec.experiment, trial]));
    expect(byRow.get("baseline")!.verdict.failure).toBeNull();
    expect(byRow.get("wrapped")!.verdict.failure).toBeNull();
    expect(byRow.get("unready")!.verdict).toMatchObject({
      status: "FAILED",
      reason: expect.stringContaining("ended with code 7: no such node") as string,
      failure: { class: "hook-failed" },
    });
    const ofRow = (row: string) => {
      const folder = join(place.folder, "results/launched/launches", byRow.get(row)!.launch_id);
      const launch = JSON.parse(readFileSync(join(folder, "launch.json"), "utf8")) as { argv: string[] };
      return { launch, log: readFileSync(join(folder, "hooks.log"), "utf8"), files: readdirSync(folder) };
    };
    expect(ofRow("baseline").launch.argv[0]).toBe("env");
    expect(ofRow("wrapped").launch.argv.slice(0, 2)).toEqual([node, "./wrapper.mjs"]);
    expect(ofRow("wrapped").launch).toMatchObject({
      hooks: [
        { when: "before_launch", exit: { code: 0 } },
        { when: "after_trial", trial: byRow.get("wrapped")!.spec.trial_id },
      ],
    });
    expect(ofRow("wrapped").log).toContain(`made ready`);
    expect(ofRow("wrapped").log).toContain(byRow.get("wrapped")!.spec.trial_id);
    expect(ofRow("unready").files).not.toContain("server.log");
    expect(processesNaming(place.folder)).toEqual([]);
  });

  it("are in the command line that is shown", async () => {
    const { stdout } = await runCli(["plan", "matrices/launched.yaml", "--show-command", "wrapped"], place.folder);
    const [before, command = "", after] = stdout.trimEnd().split("\n");
    expect(before).toBe(`${node} -e 'console.log('\\''made ready'\\'')' &&`);
    // What the launcher of a checkout starts can be pasted anywhere.
    expect(command).toMatch(new RegExp(` ${node} \\./wrapper\\.mjs \\S+/node \\S+/main\\.[jt]s simulated-engine `));
    expect(after).toMatch(/^# after each trial: /);
  });

  it("whose program is not there are a warning of the plan, and end the run before its first trial", async () => {
    const text = matrix
      .replace("study: launched", "study: lacking")
      .replace("prefix: [env]", "prefix: [no-such-numactl]");
    const other = makeStudyFolder({ "matrices/lacking.yaml": text, "wrapper.mjs": wrapper });
    const planned = await runCli(["plan", "matrices/lacking.yaml"], other.folder);
    expect(planned.code).toBe(0);
    expect(planned.stderr).toContain("warning[program-not-found]: sut.prefix: no program no-such-numactl on PATH");
    const run = await runCli(["run", "matrices/lacking.yaml"], other.folder);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("no program no-such-numactl");
    expect(existsSync(join(other.folder, "results/lacking/launches"))).toBe(false);
    other.remove();
  });
});
