import { expect, it } from "vitest";
import { chartedSeries } from "../../src/run/charted-series.ts";

const points = (...values: (number | null)[]) => values.map((value, atS) => ({ atS, value }));

it("leaves levels as they are, one point a second", () => {
  const waiting = { name: "engine/waiting", unit: "requests", points: [...points(3, 4), { atS: 1.5, value: 9 }] };
  expect(chartedSeries([waiting])).toEqual([{ ...waiting, points: points(3, 4) }]);
});

it("makes of a counter its growth per second, and knows none across a gap or a new start", () => {
  const tokens = { name: "engine/generation_tokens", unit: "tokens", points: points(100, 150, null, 400, 420, 5) };
  expect(chartedSeries([tokens])).toEqual([
    {
      name: "engine/generation_tokens_per_s",
      unit: "tokens/s",
      points: points(0, 50, null, null, 20, null).slice(1),
    },
  ]);
});

it.each([
  ["engine/e2e_sum", "s"],
  ["engine/e2e_count", "requests"],
  ["telemetry/client/process0_run_wait_s", "s"],
])("shows nothing of %s, which only rises", (name, unit) => {
  expect(chartedSeries([{ name, unit, points: points(1, 2) }])).toEqual([]);
});

it("shows what is not the engine's, whatever its name", () => {
  const gpu = { name: "telemetry/gpu0/power", unit: "W", points: points(300, 310) };
  expect(chartedSeries([gpu])).toEqual([gpu]);
});
