import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  eventsOf,
  makeStudyFolder,
  processesNaming,
  runCli,
  startCli,
  storedTrials,
  until,
  type CliAnswer,
} from "../support/cli.ts";
import { expectMeasured, wasMeasured } from "../support/measured.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";
import { leftIn } from "../support/temporary-folder.ts";

const seqs16 = "{ id: seqs16, set: { max_num_seqs: 16 } }";
const matrix = (study: string, changes: string, repeats: number) =>
  simulatedMatrix({
    study,
    knobs: "{ max_num_seqs: 4, max_num_batched_tokens: 2048 }",
    changes,
    workload: `
scenario: offline
prompt: tokens
${syntheticDataset(64, 8)}
warmup: { requests: 4 }
counts: { smoke: { requests: 16, seconds: 0, repeats: ${repeats} } }`,
    repeats,
  });
/** A folder of its own with a study of two rows. */
const spineFolder = (repeats = 1) => makeStudyFolder({ "matrices/spine.yaml": matrix("spine", seqs16, repeats) });

describe("a study on the simulated engine", () => {
  let study: ReturnType<typeof makeStudyFolder>;
  let first: CliAnswer;
  afterAll(() => study.remove());
  beforeAll(() => {
    study = makeStudyFolder({
      "matrices/spine.yaml": matrix("spine", `${seqs16}, { id: fp8, set: { quantization: fp8 } }`, 2),
      "matrices/failing.yaml": matrix("failing", `{ id: toolong, set: { max_model_len: 400000 } }, ${seqs16}`, 2),
    });
  });

  it("ends with a report, every trial stored, and nothing left running", async () => {
    first = await runCli(["run", "matrices/spine.yaml", "--json"], study.folder);
    const trials = storedTrials(study.folder, "spine");
    expect(trials).toHaveLength(6);
    expectMeasured(first, trials);
    const usable = trials.filter(({ trial }) => trial.verdict.status === "SCREENED").length;
    expect(eventsOf(first.stdout).at(-1)).toMatchObject({
      type: "summary",
      trials: { screened: usable, failed: 0, invalid: 6 - usable, valid: 0, skipped: 0 },
      report: "reports/out/spine.html",
    });
    for (const { trial, folder } of trials) {
      expect(trial.origin).toBe("simulated");
      expect(trial.resolved.filter(({ status }) => status === "different")).toEqual([]);
      expect(trial.resolved.find(({ knob }) => knob === "max_num_seqs")).toMatchObject({ status: "same" });
      for (const file of ["requests.parquet", "tokens.parquet", "MANIFEST.json"])
        expect(existsSync(join(folder, file))).toBe(true);
    }
    expect(readFileSync(join(study.folder, "reports/out/spine.md"), "utf8").split("\n")[0]).toMatch(/SIMULATED/);
    expect(processesNaming(study.folder)).toEqual([]);
  });

  it("does nothing the second time, and renders the same bytes", async () => {
    const before = readFileSync(join(study.folder, "reports/out/spine.md"));
    const answer = await runCli(["run", "matrices/spine.yaml", "--json"], study.folder);
    expect(answer.code).toBe(first.code);
    expect(eventsOf(answer.stdout).filter(({ type }) => type === "trial-end")).toEqual([]);
    expect(eventsOf(answer.stdout).at(-1)).toEqual(eventsOf(first.stdout).at(-1));
    expect(readFileSync(join(study.folder, "reports/out/spine.md"))).toEqual(before);
  });

  it("answers queries, status and verify from the folders", async () => {
    const count = await runCli(
      ["query", "SELECT count(*) AS n FROM trials WHERE study = 'spine'", "--format", "json"],
      study.folder,
    );
    expect(JSON.parse(count.stdout)).toEqual([{ n: 6 }]);
    const requests = await runCli(
      ["query", "SELECT count(*) AS n FROM requests WHERE study = 'spine' AND phase = 'measure'", "--format", "csv"],
      study.folder,
    );
    expect(requests.stdout.trim().split(/\r?\n/)).toEqual(["n", "96"]);
    const status = await runCli(["status", "spine", "--json"], study.folder);
    expect(JSON.parse(status.stdout)).toMatchObject([{ study: "spine", planned: 6, done: 6, running: false }]);
    expect(await runCli(["verify", "spine"], study.folder)).toMatchObject({ code: 0 });
  });

  it("says in the plan what it will do, and runs one more attempt only where it is asked", async () => {
    const plan = await runCli(["plan", "matrices/spine.yaml", "--json"], study.folder);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      experiments: [
        { id: "baseline", against: null },
        { id: "seqs16", changed: { max_num_seqs: 16 }, against: "baseline" },
        { id: "fp8" },
      ],
      diagnostics: [
        { code: "collateral", severity: "warning" },
        { code: "collateral", severity: "warning" },
      ],
    });
    const command = await runCli(["plan", "matrices/spine.yaml", "--show-command", "fp8"], study.folder);
    expect(command.stdout).toMatch(/--quantization fp8/);
    const dry = await runCli(["run", "matrices/spine.yaml", "--dry-run", "--retry", "failed"], study.folder);
    expect(dry.stdout).toBe("");
    const nobody = await runCli(["run", "matrices/spine.yaml", "--only", "fp9*"], study.folder);
    expect(nobody).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/fp9\*.*There are: baseline, seqs16, fp8/s) as string,
    });
  });

  it("marks a row that cannot start FAILED with class and hint, measures the others, exits 3, and retries it on demand", async () => {
    const answer = await runCli(["run", "matrices/failing.yaml", "--json"], study.folder);
    expect(answer.code).toBe(3);
    const trials = storedTrials(study.folder, "failing");
    const failed = trials.filter(({ trial }) => trial.spec.experiment === "toolong");
    expect(failed.map(({ trial }) => trial.verdict.status)).toEqual(["FAILED", "FAILED"]);
    expect(failed[0]?.trial.verdict.failure?.class).toMatch(/length/);
    expect(trials.filter(({ trial }) => wasMeasured(trial))).toHaveLength(4);
    const report = readFileSync(join(study.folder, "reports/out/failing.md"), "utf8");
    expect(report).toContain(failed[0]?.trial.verdict.failure?.class);
    const again = await runCli(
      ["run", "matrices/failing.yaml", "--json", "--retry", "failed", "--only", "toolong"],
      study.folder,
    );
    expect(again.code).toBe(3);
    const retried = storedTrials(study.folder, "failing").filter(({ trial }) => trial.spec.block > 2);
    expect(eventsOf(again.stdout).filter(({ type }) => type === "trial-end")).toHaveLength(4);
    expect(retried.map(({ trial: { spec } }) => [spec.block, spec.experiment, spec.attempt]).toSorted()).toEqual([
      [3, "baseline", 1],
      [3, "toolong", 2],
      [4, "baseline", 1],
      [4, "toolong", 2],
    ]);
  });

  it("stops on one Ctrl-C with exit code 130, leaves no process, and goes on later", async () => {
    const folder = spineFolder();
    try {
      const running = startCli(["run", "matrices/spine.yaml", "--json"], folder.folder);
      await until(() => eventsOf(running.stdout()).some(({ type }) => type === "trial-end"));
      process.kill(running.child.pid ?? 0, "SIGINT");
      expect((await running.ended).code).toBe(130);
      expect(processesNaming(folder.folder)).toEqual([]);
      const done = storedTrials(folder.folder, "spine").length;
      expect(done).toBeLessThan(2);
      const again = await runCli(["run", "matrices/spine.yaml", "--json"], folder.folder);
      expectMeasured(again, storedTrials(folder.folder, "spine"));
      expect(storedTrials(folder.folder, "spine")).toHaveLength(2);
    } finally {
      folder.remove();
    }
  });

  it("goes on after SIGHUP, tells its progress while it runs, and answers queries meanwhile", async () => {
    // So long that it still runs when it is asked.
    const folder = spineFolder(2);
    try {
      const running = startCli(["run", "matrices/spine.yaml", "--json"], folder.folder);
      await until(() => eventsOf(running.stdout()).some(({ type }) => type === "trial-end"));
      process.kill(running.child.pid ?? 0, "SIGHUP");
      const status = await runCli(["status", "spine", "--json"], folder.folder);
      expect(JSON.parse(status.stdout)).toMatchObject([{ study: "spine", planned: 4, running: true }]);
      const query = await runCli(["query", "SELECT count(*) AS n FROM trials", "--format", "json"], folder.folder);
      expect((JSON.parse(query.stdout) as { n: number }[])[0]?.n).toBeGreaterThanOrEqual(1);
      expectMeasured(await running.ended, storedTrials(folder.folder, "spine"));
      expect(storedTrials(folder.folder, "spine")).toHaveLength(4);
    } finally {
      folder.remove();
    }
  });

  it("loses nothing to a tracking server that is dead: a notice, and an exit code as without it", async () => {
    const folder = spineFolder();
    try {
      const answer = await runCli(["run", "matrices/spine.yaml", "--json"], folder.folder, {
        MLFLOW_TRACKING_URI: "http://127.0.0.1:9",
      });
      expectMeasured(answer, storedTrials(folder.folder, "spine"));
      expect(eventsOf(answer.stdout).filter(({ type, state }) => type === "mirror" && state === "behind")).toHaveLength(
        1,
      );
      expect(storedTrials(folder.folder, "spine")).toHaveLength(2);
      expect((await runCli(["sync"], folder.folder, { MLFLOW_TRACKING_URI: "http://127.0.0.1:9" })).code).toBe(2);
    } finally {
      folder.remove();
    }
  });

  it("is not run twice at once", async () => {
    const folder = spineFolder();
    try {
      const running = startCli(["run", "matrices/spine.yaml", "--json"], folder.folder);
      await until(() => eventsOf(running.stdout()).some(({ type }) => type === "plan"));
      const second = await runCli(["run", "matrices/spine.yaml"], folder.folder);
      expect(second.code).toBe(2);
      expect(second.stderr).toMatch(/running/);
      expectMeasured(await running.ended, storedTrials(folder.folder, "spine"));
    } finally {
      folder.remove();
    }
  });
});

describe("kill -9 of ceteris", () => {
  // Moments of a run: while an engine starts, before a load, within it, while a trial is written, between launches.
  const moments: [string, (events: { type: string; [member: string]: unknown }[]) => boolean, number][] = [
    ["while the first engine starts", (events) => events.some(({ type }) => type === "launch"), 0],
    ["when the first load begins", (events) => events.some(({ type }) => type === "trial-start"), 0],
    ["within a load", (events) => events.some(({ type, done }) => type === "progress" && Number(done) > 2), 0],
    ["when a trial has just ended", (events) => events.some(({ type }) => type === "trial-end"), 0],
    ["between two launches", (events) => events.some(({ type }) => type === "trial-end"), 120],
  ];

  it.each(moments)(
    "%s: run again completes the study, nothing doubled, nothing left",
    async (_when, reached, laterMs) => {
      const folder = spineFolder();
      try {
        // A temporary folder of the study's own: other runs on this machine have theirs.
        const temporary = join(folder.folder, "temporary");
        mkdirSync(temporary);
        const variables = { TMPDIR: temporary };
        const running = startCli(["run", "matrices/spine.yaml", "--json"], folder.folder, variables);
        await until(() => reached(eventsOf(running.stdout())));
        await new Promise((done) => setTimeout(done, laterMs));
        process.kill(running.child.pid ?? 0, "SIGKILL");
        expect((await running.ended).signal).toBe("SIGKILL");

        const again = await runCli(["run", "matrices/spine.yaml", "--json"], folder.folder, variables);
        expectMeasured(again, storedTrials(folder.folder, "spine"));
        expect(processesNaming(folder.folder)).toEqual([]);
        const ids = storedTrials(folder.folder, "spine").map(({ trial }) => trial.spec.trial_id);
        expect(ids).toHaveLength(2);
        expect(new Set(ids).size).toBe(2);
        const count = await runCli(
          ["query", "SELECT count(*) AS n, count(DISTINCT trial_id) AS d FROM trials", "--format", "json"],
          folder.folder,
        );
        expect(JSON.parse(count.stdout)).toEqual([{ n: 2, d: 2 }]);
        expect(leftIn(temporary)).toEqual([]);
      } finally {
        folder.remove();
      }
    },
  );
});
