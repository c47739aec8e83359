import { expect, it } from "vitest";
import type { Gpu } from "../../../src/commands/doctor/facts.ts";
import { allowedGpus, gpuNames, gpusOf, ofGpus } from "../../../src/commands/doctor/used-gpus.ts";
import { someConfiguration, someFacts, withGpus } from "../../support/preflight-facts.ts";

const four = withGpus({}, {}, {}, {});
const indexes = (gpus: readonly Gpu[]) => gpus.map(({ index }) => index);

it("takes those that the matrix names, else those of CUDA_VISIBLE_DEVICES, else all", () => {
  const named = (...devices: string[]) => someConfiguration({ devices, gpus: null });
  expect(indexes(allowedGpus(four, named("3", "GPU-1")))).toEqual([1, 3]);
  expect(indexes(allowedGpus({ ...four, visibleDevices: ["2"] }, named()))).toEqual([2]);
  expect(indexes(allowedGpus({ ...four, visibleDevices: ["2"] }, named("0")))).toEqual([0]);
  expect(indexes(allowedGpus(four, named()))).toEqual([0, 1, 2, 3]);
});

it("takes the first so many of them", () => {
  expect(indexes(gpusOf(four, someConfiguration({ gpus: 2, devices: ["1", "2", "3"] })))).toEqual([1, 2]);
  expect(indexes(gpusOf(four, someConfiguration({ gpus: 0 })))).toEqual([]);
});

it("says once what several GPUs have in common, and names those of which the gravest is said", () => {
  const look = (gpu: Gpu) =>
    gpu["index"] === 0 ? ({ state: "fine", value: "good" } as const) : ({ state: "warning", value: "bad" } as const);
  expect(ofGpus(four, look)).toEqual([{ state: "warning", value: "GPUs 1, 2 and 3: bad" }]);
  expect(ofGpus(someFacts(), look)).toEqual([{ state: "fine", value: "good" }]);
  expect(ofGpus(someFacts({ gpus: null }), look)).toEqual([]);
  expect(gpuNames([{ index: 5 }])).toBe("GPU 5");
});
