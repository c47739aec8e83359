import type { Contrast, Experiment } from "../../src/schema/experiment.ts";
import type { Assignment } from "../../src/schema/knob.ts";
import type { Launch } from "../../src/schema/launch.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeLaunch, fakeTrial } from "./fake-trials.ts";

export interface FakeStudy {
  experiments: Experiment[];
  contrasts: Contrast[];
  trials: Trial[];
  launches: Launch[];
}

/** A stacked study of five rows: a baseline, two good steps (one with an INVALID trial), one that FAILED and one SKIPPED. */
export function fakeStackedStudy(origin: Trial["origin"] = "measured"): FakeStudy {
  const baseline = fakeExperiment("baseline", 0, { max_num_seqs: 16 }, { label: "stock defaults, BF16" });
  const fp8 = fakeExperiment("fp8", 1, { max_num_seqs: 16, quantization: "fp8" });
  const length = fakeExperiment("len2668", 2, { max_num_seqs: 16, quantization: "fp8", max_model_len: 2668 });
  const broken = fakeExperiment("int8", 3, { ...length.knobs, "env.PYTORCH_CUDA_ALLOC_CONF": "a|b" });
  const skipped = fakeExperiment("sort", 4, { ...length.knobs, sort: true }, { skip: "the engine has no knob `sort`" });
  const step = (treatment: Experiment, control: Experiment, changed: Assignment): Contrast[] => [
    { treatment: treatment.labels.name, control: control.labels.name, changed, family: "step" },
    ...(control === baseline
      ? []
      : [
          { treatment: treatment.labels.name, control: "baseline", changed: treatment.knobs, family: "stack" as const },
        ]),
  ];
  const common = { origin, standIn: origin === "simulated" ? "example/tiny-8b stands in for the real model" : null };
  const configuration = { "scheduler_config.max_num_seqs": 16, "model_config.max_model_len": 8192, instance_id: "a" };
  const trials = [
    ...[1089, 1082, 1094].map((throughput, index) =>
      fakeTrial(baseline, { ...common, throughput, replicate: index + 1, resolvedConfiguration: configuration }),
    ),
    ...[1462, 1450, 1471].map((throughput, index) =>
      fakeTrial(fp8, {
        ...common,
        throughput,
        replicate: index + 1,
        resolvedConfiguration: {
          ...configuration,
          instance_id: `b${index}`,
          "model_config.quantization": "fp8",
          "cache_config.num_gpu_blocks": 41000,
        },
        resolved: [
          {
            knob: "quantization",
            declared: "fp8",
            resolved: "fp8",
            status: "same",
            where: "server_info model_config.quantization",
          },
          {
            knob: "async_scheduling",
            declared: true,
            resolved: false,
            status: "different",
            where: "server_info scheduler_config.async_scheduling",
          },
        ],
      }),
    ),
    ...[1544, 1540].map((throughput, index) => fakeTrial(length, { ...common, throughput, replicate: index + 1 })),
    fakeTrial(length, {
      ...common,
      throughput: 2300,
      replicate: 3,
      status: "INVALID",
      reason: "min_duration: 212 s, at least 600 s",
      verdict: {
        checks: [
          {
            id: "min-duration",
            status: "fail",
            value: 212,
            limit: 600,
            margin: -388,
            unit: "s",
            message: "the load took 212 s",
            remedy: "Ask more requests: counts.valid.requests of at least 38000.",
          },
        ],
      },
    }),
    fakeTrial(broken, {
      ...common,
      throughput: null,
      status: "FAILED",
      reason: "the engine ended before it was ready",
      resolvedId: null,
      verdict: {
        failure: {
          class: "unsupported-quantization",
          message: "ValueError: no kernel for w8a8 | int8",
          file: "server.log",
          line: 212,
          hint: "Use a checkpoint that was quantized for this method.",
        },
      },
    }),
    fakeTrial(baseline, { ...common, purpose: "accuracy", rouge1: 38.8 }),
    fakeTrial(fp8, { ...common, purpose: "accuracy", rouge1: 38.61 }),
  ];
  return {
    experiments: [baseline, fp8, length, broken, skipped],
    contrasts: [
      ...step(fp8, baseline, { quantization: "fp8" }),
      ...step(length, fp8, { max_model_len: 2668 }),
      ...step(broken, length, { "env.PYTORCH_CUDA_ALLOC_CONF": "a|b" }),
      ...step(skipped, length, { sort: true }),
    ],
    trials,
    launches: trials.map((trial, index) => fakeLaunch(trial, index + 1)),
  };
}
