import { expect, it } from "vitest";
import { coresUsed, gpuIds, usedGpus } from "../../src/schema/used-devices.ts";

const host = { cores: "0-15" };

it("devices are the GPUs that the engine could use, or the slices of them", () => {
  const gpus = [
    { uuid: "GPU-b", selected: true },
    { uuid: "GPU-a", selected: true, slices: ["MIG-1", "MIG-2"] },
    { uuid: "GPU-c", selected: false },
    { uuid: null },
  ];
  expect(usedGpus({ host, gpus })).toHaveLength(3);
  expect(gpuIds({ host, gpus })).toEqual(["GPU-b", "MIG-1", "MIG-2"]);
  expect([gpuIds(null), coresUsed(null)]).toEqual([[], null]);
});

it("cores tell runs apart where there is no GPU, and of those that knew them", () => {
  expect(coresUsed({ host, gpus: [] })).toBe("0-15");
  expect(coresUsed({ host: { cores: null }, gpus: [] })).toBeNull();
  expect(coresUsed({ host, gpus: [{ uuid: "GPU-a" }] })).toBeNull();
});
