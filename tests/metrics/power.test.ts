import { describe, expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { Series } from "../../src/schema/observation.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf } from "../support/observations.ts";
import { readings } from "../support/readings.ts";

/** A figure of a GPU every 100 ms from 3 s before the window to 1 s after its end. */
function series(name: string, value: number | null | ((atS: number) => number), seconds = 40): Series {
  const at = Array.from({ length: (seconds + 4) * 10 + 1 }, (_, index) => index / 10 - 3);
  return readings(
    name,
    at,
    at.map((s) => (typeof value === "function" ? value(s) : value)),
  );
}

/** The row of a metric in a trial of this many seconds and 800 tokens. */
function row(metric: string, all: Series[], seconds = 40) {
  const observation = observationOf([{ sentMs: 0, tokensMs: [1, seconds * 1e3], outputTokens: 800 }], { series: all });
  return measure({ observation, workload: someWorkload() }).find((one) => one.metric === metric);
}

const busy = (atS: number) => (atS < 0 ? 100 : 400);
const alone = [series("gpu0/engine_processes", 1), series("gpu0/other_processes", 0), series("gpu0/mig", 0)];
const power = series("gpu0/power_w", busy);

describe("the energy of a trial", () => {
  it("is the integral of the power of the moment over the window: total, mean, each token, and above idle", () => {
    const all = [power, series("gpu0/power_average_w", 9999), ...alone];
    expect(row("energy_total", all)).toMatchObject({ value: expect.closeTo(16_000, 6), rule: "trapezoid", why: null });
    expect(row("power_mean", all)).toMatchObject({ value: expect.closeTo(400, 9), unit: "W", source: "telemetry" });
    expect(row("energy_per_token", all)).toMatchObject({ value: expect.closeTo(20, 9), unit: "J/tok", n: 1 });
    expect(row("energy_above_idle", all)?.value).toBeCloseTo(16_000 - 40 * 100, 6);
  });

  it("is the counter's where there is one, and falls back with the reason where it cannot be used", () => {
    const counter = series("gpu0/energy_j", (atS) => 5000 + 410 * atS);
    expect(row("energy_total", [power, counter, ...alone])).toMatchObject({
      value: expect.closeTo(16_400, 6),
      rule: "counter",
    });
    const stuck = series("gpu0/energy_j", 5000);
    expect(row("energy_total", [power, stuck, ...alone])).toMatchObject({
      value: expect.closeTo(16_000, 6),
      rule: "trapezoid",
      why: expect.stringMatching(/counter was not seen to change/),
    });
  });

  it("says so where only the driver's averages are there", () => {
    const hidden = series("gpu0/power_w", null);
    expect(row("energy_total", [hidden, series("gpu0/power_average_w", 400), ...alone])).toMatchObject({
      value: expect.closeTo(16_000, 6),
      rule: "trapezoid of averages",
      why: expect.stringMatching(/averages/),
    });
  });

  it("is summed over the GPUs that the engine used, and over no other", () => {
    const second = [series("gpu1/power_w", 300), series("gpu1/engine_processes", 1), series("gpu1/other_processes", 0)];
    const third = [series("gpu2/power_w", 50), series("gpu2/engine_processes", 0), series("gpu2/other_processes", 3)];
    expect(row("energy_total", [power, ...alone, ...second, ...third])?.value).toBeCloseTo(28_000, 6);
  });

  it.each<[string, Series[], number, RegExp]>([
    ["a window under 30 s", [series("gpu0/power_w", 400, 29), ...alone], 29, /not attributable: the window is 29\.0 s/],
    ["a MIG slice", [power, series("gpu0/mig", 1)], 40, /not attributable: gpu0 is cut into MIG slices/],
    [
      "a stranger's process, once in a while",
      [power, series("gpu0/engine_processes", 1), series("gpu0/other_processes", (atS) => (atS > 30 ? 2 : 0))],
      40,
      /not attributable: 2 processes that are not the engine's are on gpu0/,
    ],
    [
      "processes of which none is known to be the engine's",
      [power, series("gpu0/engine_processes", 0), series("gpu0/other_processes", 1)],
      40,
      /not attributable: no process of the engine is seen/,
    ],
    [
      "several GPUs, and nobody tells which",
      [power, series("gpu1/power_w", 60)],
      40,
      /not attributable: nobody tells which of 2/,
    ],
    [
      "a GPU that did nothing",
      [power, series("gpu0/engine_processes", 0), series("gpu0/other_processes", 0), series("gpu0/utilisation", 0)],
      40,
      /not attributable: .* did nothing/,
    ],
    ["no source", [], 40, /no power was sampled/],
    ["a gap", [series("gpu0/power_w", 400, 20), ...alone], 40, /gpu0: the power was not read/],
  ])("is null with the reason for %s", (_, all, seconds, why) => {
    for (const metric of ["energy_total", "energy_per_token", "power_mean", "energy_above_idle"])
      expect(row(metric, all, seconds)).toMatchObject({ value: null, why: expect.stringMatching(why) });
  });

  it("is given with a word of caution where one GPU worked and nobody tells for whom", () => {
    expect(row("energy_total", [power])).toMatchObject({
      value: expect.closeTo(16_000, 6),
      why: expect.stringMatching(/taken, not seen/),
    });
  });
});

describe("the CPUs' energy", () => {
  it("is the growth of all packages over the window, and null with the reason", () => {
    const packages = [0, 1].map((which) => series(`cpu/package${which}_energy_j`, (atS) => 1000 + 80 * atS));
    expect(row("cpu_energy", packages)?.value).toBeCloseTo(6400, 6);
    expect(row("cpu_energy", [])).toMatchObject({ value: null, why: expect.stringMatching(/RAPL/) });
  });
});
