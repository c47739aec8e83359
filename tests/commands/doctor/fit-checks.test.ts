import { expect, it } from "vitest";
import type { Facts } from "../../../src/commands/doctor/facts.ts";
import { fitChecks } from "../../../src/commands/doctor/fit-checks.ts";
import { plannedMatrix } from "../../support/planned-matrix.ts";
import { found, someConfiguration, someFacts, withGpus } from "../../support/preflight-facts.ts";

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
  expect(found(fitChecks, "gpu-capability", on(capability, name))).toEqual([expected]);
});

it("asks nothing of a GPU where no row needs anything, or there is none", () => {
  expect(found(fitChecks, "gpu-capability", someFacts())).toEqual([]);
  expect(found(fitChecks, "gpu-capability", { ...on(7, "V100"), gpus: null })).toEqual([]);
});

it("knows what vLLM's engine file says of its quantisations", () => {
  const { study } = plannedMatrix("matrices/stacked.yaml");
  const { knobs } = someConfiguration({ knobs: { quantization: "fp8_per_block" } });
  const real = { ...someConfiguration(), sut: { ...someConfiguration().sut, engine: study.engine }, knobs };
  const finds = (computeCapability: number) =>
    found(fitChecks, "gpu-capability", { ...withGpus({ computeCapability }), configurations: [real] })[0]?.split(
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
  found(fitChecks, "gpu-weights", {
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
