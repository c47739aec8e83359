import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Delivery } from "../../src/mirrors/index.ts";
import { sendTrials } from "../../src/mirrors/mlflow/send.ts";
import { mlflowConfig, type MlflowConfig } from "../../src/mirrors/mlflow/config.ts";
import type { Json } from "../../src/schema/json.ts";
import { fail } from "../../src/schema/result.ts";
import { realNetwork } from "../../src/world/network.ts";
import { fakeExperiment, fakeTrial, type FakeTrialOptions } from "../support/fake-trials.ts";
import { fakeConclusion as conclusion, fakeSeries as series, fakeStudyMeta, sentTrial } from "../support/mlflow-lab.ts";
import { mlflowReader, valueOf, type MlflowReader, type RealRun } from "../support/mlflow-reader.ts";
import { plainWorld, startMlflowServer, worldWith, type MlflowServer } from "../support/mlflow-server.ts";
import { pythonEnvironment } from "../support/python-environment.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const environment = await pythonEnvironment("mlflow");
const skipped = "reason" in environment ? `, skipped: ${environment.reason}` : "";
const temporaryFolder = useTemporaryFolders();

describe.skipIf("reason" in environment)(`a real MLflow server${skipped}`, () => {
  let server: MlflowServer;
  let stored: MlflowReader;
  let studies = 0;
  beforeAll(async () => {
    if (!("folder" in environment)) return;
    server = await startMlflowServer(environment.folder);
    stored = mlflowReader(server.url);
  }, 240_000);
  afterAll(async () => {
    await server?.stop();
  }, 60_000);

  function config(experiment = "integration"): MlflowConfig {
    const made = mlflowConfig({ ...plainWorld, variables: { MLFLOW_EXPERIMENT_NAME: experiment } }, server.url);
    if (!made.ok || !made.value) throw new Error(JSON.stringify(made));
    return made.value;
  }

  /** A study of its own for each test, of one experiment with these knobs. */
  function delivery(
    options: FakeTrialOptions[] = [{}],
    knobs: { [knob: string]: Json } = { quantization: "fp8" },
  ): Delivery {
    studies += 1;
    const name = `study-${studies}`;
    const folder = temporaryFolder();
    const experiment = fakeExperiment("fp8", 1, knobs);
    const trials = options.map((option) => sentTrial({ ...fakeTrial(experiment, option), study: name }, folder));
    return { study: { ...fakeStudyMeta, name }, trials };
  }

  it("shows a study as a run with one below it for each trial, and gives everything back over its API", async () => {
    const what = delivery([{ replicate: 1 }, { replicate: 2, status: "FAILED", throughput: null }]);
    const [first] = what.trials;
    if (!first) throw new Error("no trial");
    const startMs = Date.parse(first.trial.startedAt);
    first.series = () => Promise.resolve([series("engine/waiting", 3, startMs)]);
    const reportFile = join(temporaryFolder(), "report.md");
    writeFileSync(reportFile, "# Report µ\n");
    const files = [{ path: "report/report.md", file: reportFile }];
    expect(await sendTrials(plainWorld, config(), { ...what, files, conclusion })).toEqual({
      ok: true,
      value: { sent: 2, already: 0, notices: [] },
    });

    const [parent, ...parents] = await stored.runsOf(what.study.name, "study");
    if (!parent) throw new Error("no run for the study");
    expect(parents).toEqual([]);
    expect(valueOf(parent.data.tags, "decision/fp8 x")).toBe("SHIP: better");
    expect(valueOf(parent.data.metrics, "change_percent/fp8 x")).toBe(25);
    expect(valueOf(parent.data.tags, "mlflow.note.content")).toContain("| fp8 x | SHIP | +25 % [+20 %, +30 %] |");
    expect(parent.info).toMatchObject({ run_name: what.study.name, status: "FINISHED" });
    expect(await stored.artifact(parent, "report/report.md")).toBe("# Report µ\n");

    const children = await stored.runsOf(what.study.name, "trial");
    expect(children.map(({ data }) => valueOf(data.tags, "mlflow.parentRunId"))).toEqual([
      parent.info.run_id,
      parent.info.run_id,
    ]);
    const run = children.find(({ info }) => info.run_name === "fp8 r1");
    const failed = children.find(({ info }) => info.run_name === "fp8 r2");
    if (!run || !failed) throw new Error("runs are named otherwise");
    expect(failed.info.status).toBe("FAILED");
    expect(run.info).toMatchObject({
      status: "FINISHED",
      start_time: startMs,
      end_time: Date.parse(first.trial.endedAt),
    });
    expect(valueOf(run.data.params, "knob.quantization")).toBe("fp8");
    expect(valueOf(run.data.params, "experiment_id")).toBe(first.trial.spec.experimentId);
    expect(valueOf(run.data.metrics, "output_throughput")).toBe(1000);
    expect(valueOf(run.data.tags, "ceteris.verdict")).toBe("VALID");
    expect(run.inputs.dataset_inputs?.map(({ dataset }) => dataset.name)).toEqual(["cnn-dailymail"]);
    expect(await stored.history(run, "series/engine/waiting")).toMatchObject([
      { value: 0, timestamp: startMs, step: 0 },
      { value: 1, timestamp: startMs + 1, step: 1 },
      { value: 2, timestamp: startMs + 2, step: 2 },
    ]);
    expect(JSON.parse(await stored.artifact(run, "trial.json"))).toMatchObject({ format: "ceteris.trial/1" });
    expect(await stored.artifact(run, "launch/server.log")).toBe("INFO ready\n");
  });

  it("is not changed by a second upload", async () => {
    const what = delivery([{ replicate: 1 }, { replicate: 2 }]);
    const reportFile = join(temporaryFolder(), "report.md");
    writeFileSync(reportFile, "# Report\n");
    const files = [{ path: "report/report.md", file: reportFile }];
    await sendTrials(plainWorld, config(), { ...what, files, conclusion });
    const before = await stored.everything(what.study.name);
    expect(await sendTrials(plainWorld, config(), what)).toMatchObject({ value: { sent: 0, already: 2 } });
    expect(await sendTrials(plainWorld, config(), { study: what.study, trials: [], files, conclusion })).toMatchObject({
      ok: true,
    });
    expect(await stored.everything(what.study.name)).toBe(before);
  });

  it.each(["runs/log-batch", "runs/log-inputs", "mlflow-artifacts", "runs/update"])(
    "completes what an upload left that died after its first %s",
    async (where) => {
      const what = delivery();
      const [item] = what.trials;
      if (!item) throw new Error("no trial");
      item.series = () => Promise.resolve([series("waiting", 50, Date.parse(item.trial.startedAt))]);
      let dead = false;
      const dying = worldWith(async (request) => {
        if (dead) return fail("no-answer", "we are dead", "");
        const answer = await realNetwork.request(request);
        dead = request.url.includes(where);
        return answer;
      });
      expect(await sendTrials(dying, { ...config(), retries: 0 }, what)).toMatchObject({ ok: false });
      const begun = await stored.onlyTrial(what.study.name);
      expect(valueOf(begun.data.tags, "ceteris.complete")).toBeUndefined();
      expect(await sendTrials(plainWorld, config(), what)).toMatchObject({ value: { sent: 1, already: 0 } });
      const run = await stored.onlyTrial(what.study.name);
      expect(await stored.history(run, "output_throughput")).toHaveLength(1);
      expect(await stored.history(run, "series/waiting")).toHaveLength(50);
      expect(run.inputs.dataset_inputs).toHaveLength(1);
      expect(run.info.status).toBe("FINISHED");
      expect(valueOf(run.data.tags, "ceteris.complete")).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  it("has long values with a mark, and whole in an artifact", async () => {
    const template = "t".repeat(7000);
    const what = delivery([{ reason: "r".repeat(9000) }], { chat_template: template });
    await sendTrials(plainWorld, config(), what);
    const run = await stored.onlyTrial(what.study.name);
    expect(valueOf(run.data.params, "knob.chat_template")).toMatch(/^t+… sha256:[0-9a-f]{64}$/);
    expect(String(valueOf(run.data.tags, "ceteris.reason"))).toMatch(/^r+… sha256:[0-9a-f]{64}$/);
    expect(JSON.parse(await stored.artifact(run, "long-values.json"))).toMatchObject({
      "knob.chat_template": template,
      "ceteris.reason": "r".repeat(9000),
    });
  });

  it("takes odd metric names, NaN, more than 1,000 points and more than 100 params", async () => {
    const knobs = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`knob_${index}`, index]));
    const what = delivery([{}], { ...knobs, ["k".repeat(300)]: 1 });
    const [item] = what.trials;
    if (!item) throw new Error("no trial");
    const row = { stat: "value", unit: "", why: null, n: 1, rule: "", source: "client" } as const;
    item.trial.measurements.push(
      { ...row, metric: "tok@8 (p%)", value: 8 },
      { ...row, metric: "/a/../b/", value: 9 },
      { ...row, metric: "not_a_number", value: NaN },
      { ...row, metric: "m".repeat(300), value: 10 },
    );
    item.series = () => Promise.resolve([series("waiting", 1001, Date.parse(item.trial.startedAt))]);
    expect(await sendTrials(plainWorld, config(), what)).toMatchObject({ ok: true, value: { sent: 1 } });
    const run = await stored.onlyTrial(what.study.name);
    expect(valueOf(run.data.metrics, "tok_8 _p__")).toBe(8);
    expect(valueOf(run.data.metrics, "a/__/b")).toBe(9);
    expect(String(valueOf(run.data.metrics, "not_a_number"))).toBe("NaN");
    expect(await stored.history(run, "series/waiting")).toHaveLength(1001);
    expect(run.data.params?.filter(({ key }) => key.startsWith("knob.knob_"))).toHaveLength(150);
    expect(run.data.params?.some(({ key }) => key.length === 250)).toBe(true);
  });

  it("keeps a param that is there with another value", async () => {
    const what = delivery();
    let calls = 0;
    const dying = worldWith((request) => {
      if (request.url.includes("log-batch")) calls += 1;
      return calls > 0 ? Promise.resolve(fail("no-answer", "we are dead", "")) : realNetwork.request(request);
    });
    await sendTrials(dying, { ...config(), retries: 0 }, what);
    const trialId = what.trials[0]?.trial.spec.trialId ?? "";
    const runId = (await stored.runsTagged({ "ceteris.trial": `${what.study.name}/${trialId}` }))[0]?.info.run_id;
    await stored.api("POST", "mlflow/runs/log-parameter", { run_id: runId, key: "knob.quantization", value: "int8" });
    expect(await sendTrials(plainWorld, config(), what)).toMatchObject({ value: { sent: 1 } });
    const run = await stored.onlyTrial(what.study.name);
    expect(run.info.run_id).toBe(runId);
    expect(valueOf(run.data.params, "knob.quantization")).toBe("int8");
    expect(valueOf(run.data.params, "engine")).toBe("fake");
    expect(valueOf(run.data.tags, "ceteris.params_differ")).toBe("knob.quantization");
  });

  it("has two runs for a trial that was measured twice, the first marked, and finds each again", async () => {
    const first = delivery([{ throughput: 1000 }]);
    const second = delivery([{ throughput: 900 }]);
    const again = {
      study: first.study,
      trials: second.trials.map((item) => ({ ...item, trial: { ...item.trial, study: first.study.name } })),
    };
    await sendTrials(plainWorld, config(), first);
    expect(await sendTrials(plainWorld, config(), again)).toMatchObject({ value: { sent: 1 } });
    for (const what of [first, again]) {
      expect(await sendTrials(plainWorld, config(), what)).toMatchObject({ value: { sent: 0, already: 1 } });
    }
    const runs = await stored.runsOf(first.study.name, "trial");
    const endMs = Date.parse(first.trials[0]!.trial.endedAt);
    expect(runs.map(({ info }) => [info.run_name, info.status, info.end_time]).toSorted()).toEqual([
      ["fp8 r1", "FINISHED", endMs],
      ["superseded fp8 r1", "KILLED", endMs],
    ]);
    expect(
      runs
        .map(({ data }) => valueOf(data.metrics, "output_throughput"))
        .toSorted((left, right) => Number(left) - Number(right)),
    ).toEqual([900, 1000]);
  });

  it("takes studies from several writers at once into one new experiment", async () => {
    const all = await Promise.all(
      [delivery(), delivery(), delivery(), delivery()].map((what) =>
        sendTrials(plainWorld, config("made by many"), what),
      ),
    );
    expect(all.map((sent) => (sent.ok ? "sent" : sent.problem))).toEqual(["sent", "sent", "sent", "sent"]);
    const found = await stored.api("POST", "mlflow/experiments/search", {
      max_results: 100,
      filter: "name = 'made by many'",
    });
    expect(found.json["experiments"]).toHaveLength(1);
  });

  it("is quoted where it refuses the host that it is called by", async () => {
    const misnamed = worldWith((request) =>
      realNetwork.request({ ...request, headers: { ...request.headers, host: "mlflow.example.com" } }),
    );
    expect(await sendTrials(misnamed, config(), delivery())).toMatchObject({
      problem: {
        message: expect.stringContaining("Invalid Host header - possible DNS rebinding attack detected") as string,
        hint: expect.stringContaining("--allowed-hosts") as string,
      },
    });
  });

  it("that is not there is a failure to be told, and the results are safe", async () => {
    const nowhere = { ...config(), url: `http://127.0.0.1:${await realNetwork.freePort()}` };
    expect(await sendTrials(plainWorld, nowhere, delivery())).toMatchObject({
      ok: false,
      problem: { code: "mlflow-unreachable", hint: expect.stringContaining("ceteris sync") as string },
    });
  });

  it("still has the traps that we walk around", async () => {
    const created = await stored.api("POST", "mlflow/runs/create", { experiment_id: "0", start_time: 1 });
    const runId = (created.json["run"] as RealRun).info.run_id;
    const batch = (body: object) => stored.api("POST", "mlflow/runs/log-batch", { run_id: runId, ...body });
    const many = Array.from({ length: 1001 }, (_, step) => ({ key: "many", value: step, timestamp: 1, step }));
    const point = (value: string) =>
      `{"run_id":"${runId}","metrics":[{"key":"bare","value":${value},"timestamp":1,"step":0}]}`;

    expect((await batch({ metrics: many })).status).toBe(400);
    expect(
      (
        await batch({
          params: [{ key: "long", value: "x".repeat(6001) }],
          tags: [{ key: "long", value: "x".repeat(8001) }],
        })
      ).status,
    ).toBe(200);
    expect((await stored.api("POST", "mlflow/runs/log-batch", point("NaN"))).status).toBe(200);
    expect((await batch({ metrics: [{ key: "fraction", value: 1, timestamp: 1000.5, step: 1.5 }] })).status).toBe(200);
    expect((await batch({ metrics: [{ key: "p%", value: 1, timestamp: 1, step: 0 }] })).status).toBe(400);
    expect((await batch({ params: [{ key: "k".repeat(251), value: "v" }] })).status).toBe(400);
    expect(
      (await stored.api("POST", "mlflow-artifacts/mpu/create/0/x/artifacts", { path: "big.bin", num_parts: 2 })).status,
    ).toBe(501);

    const run = (await stored.api("GET", `mlflow/runs/get?run_id=${runId}`)).json["run"] as RealRun;
    expect(String(valueOf(run.data.params, "long"))).toHaveLength(6000);
    expect(String(valueOf(run.data.tags, "long"))).toHaveLength(8000);
    expect(await stored.history(run, "bare")).toMatchObject([{ value: 0 }]);
    expect(await stored.history(run, "fraction")).toMatchObject([{ timestamp: 0, step: 0 }]);
    expect(await stored.history(run, "many")).toEqual([]);
  });
});
