import { expect, it } from "vitest";
import { judged, readMachineCpu } from "../../../bench/load/host.ts";

it("names each reason to call a host noisy", () => {
  expect(judged({ loadAverage: 0.1, spinShare: 1, spinWorst: 1.2 }).reasons).toEqual([]);
  expect(judged({ loadAverage: 2, spinShare: 0.6, spinWorst: 4 }).reasons).toEqual([
    "load average 2.00 before the start (limit 0.5)",
    "a spinning process got 0.60 of a core (limit 0.97)",
    "equal work took up to 4.0 times its median (limit 2)",
  ]);
});

it("reads the machine's CPU from the first line of /proc/stat", () => {
  const text = "cpu  100 10 200 5000 30 1 4 50 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
  expect(readMachineCpu(text)).toEqual({ usedS: 3.15, stolenS: 0.5 });
});
