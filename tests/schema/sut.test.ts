import { expect, it } from "vitest";
import type { Engine } from "../../src/schema/engine.ts";
import { devicesOfSut } from "../../src/schema/sut.ts";

const engineWith = (devicesVariable: string | null, kind = "path") =>
  ({ devicesVariable, environment: { kind } }) as Engine;
const variables = { CUDA_VISIBLE_DEVICES: "MIG-1, 3," };

it("an engine may use the devices that the matrix names, else those of its variable", () => {
  const engine = engineWith("CUDA_VISIBLE_DEVICES");
  expect(devicesOfSut({ engine, devices: ["2"] }, variables)).toEqual(["2"]);
  expect(devicesOfSut({ engine, devices: [] }, variables)).toEqual(["MIG-1", "3"]);
  expect(devicesOfSut({ engine, devices: [] }, {})).toEqual([]);
  expect(devicesOfSut({ engine: engineWith(null), devices: [] }, variables)).toEqual([]);
});

it("our variables say nothing of a server that runs already", () => {
  const engine = engineWith("CUDA_VISIBLE_DEVICES", "endpoint");
  expect(devicesOfSut({ engine, devices: [] }, variables)).toEqual([]);
});
