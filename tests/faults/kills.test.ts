import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { createRandom } from "../../src/math/random.ts";
import { makeStudyFolder, runCli, startCli, until } from "../support/cli.ts";
import { mlflowReader } from "../support/mlflow-reader.ts";
import { startMlflowServer } from "../support/mlflow-server.ts";
import { pythonEnvironment } from "../support/python-environment.ts";
import { expectNothingLeft, expectWhole, faultStudy, measuredCodes } from "./fault-study.ts";
import { ownFaults } from "./own-faults.ts";

/** The short form, and the long one of `npm run soak:kills`: 1,000 kills over 60 trials, with a real MLflow where Python is there. */
const isLong = process.env["CETERIS_SOAK"] === "1";
const kills = Number(process.env["CETERIS_KILLS"] ?? (isLong ? 1000 : 30));
const [rows, repeats] = isLong ? [12, 5] : [4, 2];
const trials = rows * repeats;

const study = makeStudyFolder({ "matrices/killed.yaml": faultStudy("killed", rows, { repeats }) });
afterAll(() => study.remove());
const run = ["run", "matrices/killed.yaml", "--json"];

it(`planted: ${ownFaults.killed.injected}`, { timeout: isLong ? 3 * 3600_000 : 900_000 }, async () => {
  const python = isLong ? await pythonEnvironment("mlflow") : null;
  const mlflow = python !== null && "folder" in python ? await startMlflowServer(python.folder) : null;
  // The cache is the folder's own, and so are temporary files: what is left there is seen.
  const variables = {
    CETERIS_CACHE: join(study.folder, "cache"),
    TMPDIR: join(study.folder, "tmp"),
    ...(mlflow === null ? {} : { MLFLOW_TRACKING_URI: mlflow.url }),
  };
  const random = createRandom(Number(process.env["CETERIS_SEED"] ?? Date.now()));
  let killed = 0;
  for (; killed < kills; killed += 1) {
    const running = startCli(run, study.folder, variables);
    // Half of them come within the start of a run, half under load or while a trial is put away. A study that gets ahead of
    // its kills is killed sooner, so that its trials last for all of them.
    const isAhead = doneTrials() / trials > killed / kills;
    const isEarly = killed % 2 === 0 || isAhead;
    if (!isEarly) await Promise.race([until(() => running.stdout().includes('"trial-start"')), running.ended]);
    await Promise.race([wait(random.next() * (isEarly ? 1200 : 2500)), running.ended]);
    running.child.kill("SIGKILL");
    await running.ended;
    if (isLong && killed % 50 === 0) console.log(`${killed} kills, ${doneTrials()} of ${trials} trials`);
  }
  const before = doneTrials();
  const last = await runCli(run, study.folder, variables);
  expect([measuredCodes.includes(last.code!), last.stderr]).toEqual([true, expect.anything()]);
  console.log(`${killed} kills; ${before} of ${trials} trials were done before the last run`);
  expectNothingLeft(study.folder, "killed");
  await expectWhole(study.folder, { killed: trials });
  if (mlflow !== null) {
    const sent = await mlflowReader(mlflow.url).runsOf("killed", "trial");
    expect(sent).toHaveLength(trials);
    await mlflow.stop();
  }
});

/** Trials that are there, whatever else a kill has left beside them. */
function doneTrials(): number {
  try {
    const folders = readdirSync(join(study.folder, "results/killed"), { recursive: true }) as string[];
    return folders.filter((path) => /^exp1_[^/]+\/[^./][^/]*$/.test(path)).length;
  } catch {
    return 0; // the first run was killed before there was a folder
  }
}
