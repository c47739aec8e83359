import { expect, it } from "vitest";
import { withBetter } from "../../src/analysis/better.ts";
import { metricDefinitions } from "../../src/metrics/index.ts";

it("takes which way is better from the metric's definition", () => {
  const found = withBetter(
    ["ttft", "energy_per_token", "output_throughput_per_gpu", "send_lag", "unheard_of"].map((metric) => ({ metric })),
    metricDefinitions,
  );
  expect(found.map(({ better }) => better)).toEqual(["lower", "lower", "higher", "neither", "neither"]);
});
