import { describe, expect, it } from "vitest";
import { findings } from "../../../src/commands/doctor/check.ts";
import { engineChecks } from "../../../src/commands/doctor/engine-checks.ts";
import type { EngineFound, Facts } from "../../../src/commands/doctor/facts.ts";
import { fail, succeed } from "../../../src/schema/result.ts";
import { plannedMatrix } from "../../support/planned-matrix.ts";
import { found, someConfiguration, someFacts, withGpus } from "../../support/preflight-facts.ts";

const installed: EngineFound = {
  name: "vllm",
  title: "vLLM",
  catalogueVersion: "0.32.0",
  installedVersion: "0.32.0",
  changes: null,
  found: succeed("/usr/bin/vllm"),
};
const withEngine = (more: Partial<EngineFound>): Facts => someFacts({ engines: [{ ...installed, ...more }] });

it("asks nothing where nobody looked for engines and models", () => {
  expect(["engine", "engine-version", "model"].flatMap((id) => found(engineChecks, id, someFacts()))).toEqual([]);
});

describe("the engine", () => {
  it("is here, and is the one whose flags are known", () => {
    expect(found(engineChecks, "engine", withEngine({}))).toEqual(["fine: vLLM: /usr/bin/vllm"]);
    expect(found(engineChecks, "engine-version", withEngine({}))).toEqual(["fine: vLLM 0.32.0, whose flags are known"]);
  });

  it("is missing, and the remedy is that of the environment", () => {
    const facts = withEngine({ found: fail("program-not-found", "vllm: no program vllm on PATH", "Install it.") });
    expect(findings(engineChecks, facts)[0]).toMatchObject({
      id: "engine",
      state: "refusal",
      value: "vllm: no program vllm on PATH",
      remedy: "Install it.",
    });
  });

  it("has another version than its engine file, or does not tell", () => {
    const version = (installedVersion: string | null) =>
      found(
        engineChecks,
        "engine-version",
        withEngine({ installedVersion, changes: { text: "`swap_space` is gone", hint: "write it" } }),
      );
    expect(version("0.33.0")).toEqual([
      "warning: vLLM 0.33.0 is installed, and the matrix is for 0.32.0: `swap_space` is gone",
    ]);
    expect(version(null)[0]).toMatch(/^unknown/);
    expect(found(engineChecks, "engine-version", withEngine({ catalogueVersion: null }))).toEqual([]);
  });
});

describe("the model", () => {
  const model = (result: NonNullable<Facts["models"]>[number]["found"]) =>
    found(engineChecks, "model", someFacts({ models: [{ model: "org/model", found: result }] }));
  const checked = { kind: "hub", path: "/cache", revision: "abc", digest: "d", bytes: 16e9, why: null } as const;

  it("is here, or the hub gives it", () => {
    expect(model(succeed(checked))).toEqual(["fine: org/model: in the hub's cache, 16.0 GB"]);
    expect(model(succeed({ ...checked, path: null, bytes: null }))[0]).toMatch(/^fine: org\/model: on the hub/);
  });

  it("is gated", () => {
    expect(model(fail("gated-model", "org/model is gated", "Accept its licence."))).toEqual([
      "refusal: org/model is gated",
    ]);
  });

  it("could not be asked for", () => {
    expect(model(succeed({ ...checked, kind: "unchecked", path: null, why: "the hub did not answer" }))).toEqual([
      "unknown: org/model: the hub did not answer",
    ]);
  });
});

describe("fit-checks", () => {
  const fp8 = someConfiguration({ name: "fp8", knobs: { quantization: "fp8" } });
  const on = (computeCapability: number | null, name: string): Facts => ({
    ...withGpus({ computeCapability, name }),
    configurations: [someConfiguration(), fp8],
  });

  it.each([
    [9, "NVIDIA H100 80GB HBM3", "fine: fp8: quantization=fp8 on compute capability 9.0"],
    [8.9, "NVIDIA L40S", "fine: fp8: quantization=fp8 on compute capability 8.9"],
    [
      8,
      "NVIDIA A100-SXM4-80GB",
      "warning: fp8: quantization=fp8 is native from 8.9 on, and NVIDIA A100-SXM4-80GB has 8.0: no FP8 arithmetic below 8.9",
    ],
    [
      7,
      "Tesla V100-SXM2-32GB",
      "refusal: fp8: quantization=fp8 needs compute capability 7.5, and Tesla V100-SXM2-32GB has 7.0: no FP8 arithmetic below 8.9",
    ],
    [null, "NVIDIA H100", "unknown: fp8: quantization=fp8: the driver tells no compute capability"],
  ])("FP8 on a GPU of compute capability %s", (capability, name, expected) => {
    expect(found(engineChecks, "gpu-capability", on(capability, name))).toEqual([expected]);
  });

  it("asks nothing of a GPU where no row needs anything, or there is none", () => {
    expect(found(engineChecks, "gpu-capability", someFacts())).toEqual([]);
    expect(found(engineChecks, "gpu-capability", { ...on(7, "V100"), gpus: null })).toEqual([]);
  });

  it("knows what vLLM's engine file says of its quantisations", () => {
    const { study } = plannedMatrix("matrices/stacked.yaml");
    const { knobs } = someConfiguration({ knobs: { quantization: "fp8_per_block" } });
    const real = { ...someConfiguration(), sut: { ...someConfiguration().sut, engine: study.engine }, knobs };
    const finds = (computeCapability: number) =>
      found(engineChecks, "gpu-capability", { ...withGpus({ computeCapability }), configurations: [real] })[0]?.split(
        ":",
      )[0];
    expect([12, 10, 9, 8.9, 8.6, 7.5, 7].map(finds)).toEqual([
      "fine",
      "fine",
      "fine",
      "fine",
      "warning",
      "warning",
      "refusal",
    ]);
  });

  const weights = (gpus: number, bytes: number | null, knobs = {}): string[] =>
    found(engineChecks, "gpu-weights", {
      ...withGpus(...Array.from({ length: gpus }, () => ({}))),
      configurations: [someConfiguration({ gpus, weightBytes: bytes, knobs })],
    });

  it("compares the weights with the memory of the GPUs that share them", () => {
    expect(weights(1, 16e9)).toEqual(["fine: base: 14.9 GiB of weights for each GPU of 79.6 GiB"]);
    expect(weights(1, 140e9)).toEqual(["refusal: base: 130.4 GiB of weights for each GPU of 79.6 GiB"]);
    expect(weights(2, 140e9)).toEqual(["fine: base: 65.2 GiB of weights for each GPU of 79.6 GiB"]);
  });

  it("does not guess at weights that a row changes, or that are not here", () => {
    expect(weights(1, 140e9, { quantization: "fp8" })).toEqual([]);
    expect(weights(1, null)).toEqual(["unknown: base: the weights of org/model are not on this machine yet"]);
  });
});
