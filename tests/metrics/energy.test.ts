import { expect, it } from "vitest";
import { energyFigures } from "../../src/metrics/energy.ts";
import type { Series } from "../../src/schema/observation.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf } from "../support/observations.ts";
import { readings } from "../support/readings.ts";

const told = (name: string, value: (number | null)[]): Series => readings(name, [...value.keys()], value);

const smClock = energyFigures.find(({ definition }) => definition.id === "gpu_sm_clock")!;
const clock = (series: Series[]) =>
  smClock.measure({
    workload: someWorkload(),
    observation: observationOf([], { window: { startNs: 1e9, endNs: 3e9 }, series }),
  })[0];

it("is the mean of the readings in the window, over the GPUs that the engine is on", () => {
  const used = [told("gpu0/clock_sm_mhz", [200, 1980, null, 1740, 300]), told("gpu0/engine_processes", [1])];
  const idle = [told("gpu1/clock_sm_mhz", [345, 345, 345, 345]), told("gpu1/engine_processes", [0])];
  expect(clock([...used, ...idle])).toMatchObject({
    metric: "gpu_sm_clock",
    stat: "value",
    value: 1860,
    n: 2,
    why: null,
  });
});

it("takes every GPU where it is unknown which are the engine's, and is null with a reason where no clock was read", () => {
  expect(clock([told("gpu0/clock_sm_mhz", [0, 100]), told("gpu1/clock_sm_mhz", [0, 300])])?.value).toBe(200);
  expect(clock([])).toMatchObject({ value: null, n: 0, why: "no SM clock was read in the window" });
});
