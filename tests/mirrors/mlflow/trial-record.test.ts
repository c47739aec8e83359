import { describe, expect, it } from "vitest";
import { trialRecord } from "../../../src/mirrors/mlflow/trial-record.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial, type FakeTrialOptions } from "../../support/fake-trials.ts";

const sha256 = "ab".repeat(32);
const trialWith = (knobs: Trial["knobs"], options: FakeTrialOptions = {}) =>
  fakeTrial(fakeExperiment("fp8", 1, { quantization: "fp8", ...knobs }), options);
const asObject = (entries: { key: string; value: string }[]) =>
  Object.fromEntries(entries.map(({ key, value }) => [key, value]));

describe("params", () => {
  it("are what was declared, what was resolved, and every id", () => {
    const trial = trialWith(
      { max_num_seqs: 16, "env.A": "", enforce_eager: true },
      {
        resolved: [
          { knob: "quantization", declared: "fp8", resolved: "fp8", status: "same", where: "x" },
          { knob: "enforce_eager", declared: true, resolved: false, status: "different", where: "x" },
          { knob: "max_num_seqs", declared: 16, resolved: null, status: "not verifiable", where: "x" },
        ],
      },
    );
    const record = trialRecord(trial, sha256);
    expect(asObject(record.params)).toMatchObject({
      "knob.quantization": "fp8",
      "knob.max_num_seqs": "16",
      "knob.env.A": '""',
      "knob.enforce_eager": "true",
      "resolved.quantization": "fp8",
      "resolved.enforce_eager": "false",
      "resolved.max_num_seqs": "not verifiable",
      scenario: "offline",
      dataset: "cnn-dailymail",
      "workload.sampling.max_tokens": "128",
      fidelity: "valid",
      purpose: "performance",
      engine: "fake",
      engine_version: "0.32.0",
      host: "bench-1",
      cpu: "Example CPU",
      gpu: "Example H100",
      block: "1",
      model: "example/tiny-8b",
      experiment: "fp8",
      experiment_id: trial.spec.experimentId,
      configuration_id: trial.configurationId,
      trial_id: trial.spec.trialId,
      launch_id: trial.launchId,
    });
    expect(asObject(record.tags)["ceteris.resolved_differs"]).toBe("enforce_eager");
  });

  it("that are too long are cut by us and kept whole", () => {
    const template = "t".repeat(6001);
    const record = trialRecord(trialWith({ chat_template: template }), sha256);
    const value = asObject(record.params)["knob.chat_template"];
    expect(value).toHaveLength(6000);
    expect(value).toContain("… sha256:");
    expect(record.longValues).toEqual({ "knob.chat_template": template });
  });
});

describe("metrics", () => {
  it("are named by metric and statistic, at the trial's end, without those that are null", () => {
    const trial = trialWith({});
    const record = trialRecord(trial, sha256);
    const endMs = Date.parse(trial.endedAt);
    expect(record.metrics).toContainEqual({ key: "output_throughput", value: 1000, timestamp: endMs, step: 0 });
    expect(record.metrics).toContainEqual({ key: "ttft/p50", value: 60, timestamp: endMs, step: 0 });
    expect(record.metrics).toContainEqual({ key: "phase/load_s", value: 600, timestamp: endMs, step: 0 });
    expect(record.metrics.map(({ key }) => key)).not.toContain("ttft/p99");
  });

  it("of an accuracy trial are others than those of a performance trial", () => {
    const series = [{ name: "engine/running", unit: "requests", points: [{ timeMs: 1000, value: 3, step: 0 }] }];
    const keys = trialRecord(trialWith({}, { purpose: "accuracy", rouge1: 38 }), sha256, series).metrics.map(
      ({ key }) => key,
    );
    expect(keys).toEqual(expect.arrayContaining(["accuracy/rouge1/mean", "accuracy/series/engine/running"]));
    expect(keys.filter((key) => !key.startsWith("accuracy/"))).toEqual([]);
  });

  it("of two rules or two sources do not fall together", () => {
    const trial = trialWith({}, { throughput: null });
    const row = { metric: "ttft", stat: "p50", unit: "ms", why: null, n: 9, source: "client" } as const;
    trial.measurements = [
      { ...row, value: 1, rule: "linear" },
      { ...row, value: 2, rule: "loadgen" },
      { ...row, value: 3, rule: "linear", source: "engine" },
    ];
    trial.phases = [];
    const metrics = Object.fromEntries(trialRecord(trial, sha256).metrics.map(({ key, value }) => [key, value]));
    expect(metrics).toEqual({ "ttft/p50/linear": 1, "ttft/p50/loadgen": 2, "engine/ttft/p50": 3 });
  });

  it("over time have their own names, times and steps, without the gaps", () => {
    const points = [
      { timeMs: 1000.4, value: 3, step: 0 },
      { timeMs: 2000, value: null, step: 1 },
      { timeMs: 3000, value: 1.5, step: 2 },
    ];
    const record = trialRecord(trialWith({}), sha256, [{ name: "kv usage %", unit: "%", points }]);
    expect(record.metrics.filter(({ key }) => key.startsWith("series/"))).toEqual([
      { key: "series/kv usage _", value: 3, timestamp: 1000, step: 0 },
      { key: "series/kv usage _", value: 1.5, timestamp: 3000, step: 2 },
    ]);
  });
});

describe("name, status and tags", () => {
  it("say SIMULATED in the name, a tag and the note", () => {
    const record = trialRecord(trialWith({}, { origin: "simulated", standIn: "tiny stands in" }), sha256);
    expect(record.name).toBe("SIMULATED fp8 r1");
    expect(asObject(record.tags)).toMatchObject({
      "ceteris.origin": "SIMULATED",
      "ceteris.stand_in": "tiny stands in",
    });
    expect(asObject(record.tags)["mlflow.note.content"]).toContain("SIMULATED");
  });

  it("name attempt and purpose where they are not the usual ones", () => {
    expect(trialRecord(trialWith({}, { attempt: 2, replicate: 3, purpose: "accuracy" }), sha256).name).toBe(
      "fp8 r3 a2 accuracy",
    );
  });

  it("say INVALID in the name of what was measured and does not count", () => {
    expect(trialRecord(trialWith({}, { status: "INVALID" }), sha256).name).toBe("INVALID fp8 r1");
  });

  it.each([
    ["VALID", "FINISHED"],
    ["SCREENED", "FINISHED"],
    ["INVALID", "FAILED"],
    ["FAILED", "FAILED"],
    ["SKIPPED", "KILLED"],
  ] as const)("%s makes a run that is %s", (status, runStatus) => {
    const record = trialRecord(trialWith({}, { status }), sha256);
    expect(record.status).toBe(runStatus);
    expect(asObject(record.tags)["ceteris.verdict"]).toBe(status);
  });

  it("tell the checks that failed with their remedies, and a failure's class and hint", () => {
    const check = {
      id: "min-duration",
      status: "fail",
      value: 2,
      limit: 600,
      margin: -598,
      unit: "s",
      message: "took 2 s",
      remedy: "Ask more.",
    } as const;
    const failure = {
      class: "out-of-memory",
      message: "CUDA out of memory",
      file: null,
      line: null,
      hint: "Lower it.",
    };
    const record = trialRecord(
      trialWith(
        {},
        { status: "INVALID", verdict: { checks: [check, { ...check, id: "errors", status: "pass" }], failure } },
      ),
      sha256,
    );
    const tags = asObject(record.tags);
    expect(tags).toMatchObject({ "ceteris.failed_checks": "min-duration", "ceteris.failure_class": "out-of-memory" });
    for (const text of ["INVALID", "took 2 s", "Ask more.", "Lower it.", "ttft in ms"])
      expect(tags["mlflow.note.content"]).toContain(text);
  });

  it("have the number of GPUs where it is known", () => {
    const valueOf = (gpus?: number | null) =>
      trialRecord({ ...trialWith({}), ...(gpus === undefined ? {} : { gpus }) }, sha256).params.find(
        ({ key }) => key === "gpus",
      )?.value;
    expect([valueOf(8), valueOf(null), valueOf()]).toEqual(["8", undefined, undefined]);
  });

  it("have no dataset where none was found, and a digest within MLflow's 36 characters where one was", () => {
    const trial = trialWith({});
    expect(trialRecord(trial, sha256).dataset).toMatchObject({
      name: "cnn-dailymail",
      digest: "0".repeat(32),
      samples: 13368,
    });
    expect(trialRecord({ ...trial, provenance: null }, sha256).dataset).toBeNull();
  });

  it("are the same each time", () => {
    const trial = trialWith({});
    expect(trialRecord(trial, sha256)).toEqual(trialRecord(structuredClone(trial), sha256));
  });
});
