import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendTrials } from "../../src/mirrors/mlflow/send.ts";
import { mlflowConfig, type MlflowConfig } from "../../src/mirrors/mlflow/config.ts";
import { realNetwork } from "../../src/world/network.ts";
import { delivery } from "../support/mlflow-lab.ts";
import { mlflowReader, type MlflowReader } from "../support/mlflow-reader.ts";
import { plainWorld, startMlflowServer, worldWith, type MlflowServer } from "../support/mlflow-server.ts";
import { pythonEnvironment } from "../support/python-environment.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const environment = await pythonEnvironment("mlflow");
const skipped = "reason" in environment ? `, skipped: ${environment.reason}` : "";
const temporaryFolder = useTemporaryFolders();

describe.skipIf("reason" in environment)(`a real MLflow server${skipped}`, () => {
  let server: MlflowServer;
  let stored: MlflowReader;
  let config: MlflowConfig;
  beforeAll(async () => {
    if (!("folder" in environment)) return;
    server = await startMlflowServer(environment.folder);
    stored = mlflowReader(server.url);
    const made = mlflowConfig(plainWorld, server.url);
    if (!made.ok || !made.value) throw new Error(JSON.stringify(made));
    config = made.value;
  }, 240_000);
  afterAll(async () => {
    await server?.stop();
  }, 60_000);

  it("that is killed between create-run and log-batch, and started again, has every trial once", async () => {
    const what = delivery(temporaryFolder(), [{ replicate: 1 }, { replicate: 2 }]);
    let isKilled = false;
    const dying = worldWith(async (request) => {
      if (request.url.includes("log-batch") && !isKilled) {
        isKilled = true;
        await server.kill();
      }
      return realNetwork.request(request);
    });
    expect(await sendTrials(dying, { ...config, retries: 0 }, what)).toMatchObject({
      problem: { code: "mlflow-unreachable", message: expect.stringContaining("(0 of 2 trials sent)") as string },
    });
    await server.restart();
    expect(await sendTrials(plainWorld, config, what)).toMatchObject({ value: { sent: 2, already: 0 } });
    expect(await stored.runsOf(what.study.name, "study")).toHaveLength(1);
    const runs = await stored.runsOf(what.study.name, "trial");
    expect(runs.map(({ info }) => [info.run_name, info.status]).toSorted()).toEqual([
      ["fp8 r1", "FINISHED"],
      ["fp8 r2", "FINISHED"],
    ]);
    for (const run of runs) {
      expect(await stored.history(run, "output_throughput")).toHaveLength(1);
      expect(run.inputs.dataset_inputs).toHaveLength(1);
    }
    const before = await stored.everything(what.study.name);
    expect(await sendTrials(plainWorld, config, what)).toMatchObject({ value: { sent: 0, already: 2 } });
    expect(await stored.everything(what.study.name)).toBe(before);
  }, 400_000);
});
