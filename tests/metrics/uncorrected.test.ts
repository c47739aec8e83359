import { expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { ClientHealth, Series } from "../../src/schema/observation.ts";
import { clientHealth } from "../support/client-health.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf } from "../support/observations.ts";
import { readings } from "../support/readings.ts";

const rows = (client: ClientHealth, series: Series[]) =>
  measure({
    observation: observationOf(
      Array.from({ length: 400 }, (_, index) => ({
        scheduledMs: index * 10,
        sentMs: index * 10 + 0.3,
        tokensMs: [index * 10 + 50.7, index * 10 + 60.9, index * 10 + 71.2],
      })),
      { client, series },
    ),
    workload: someWorkload({ scenario: "open" }),
  });

it("takes nothing off for what the client knows of its own delay: a figure is what was stamped", () => {
  const waited = readings("client/process0_run_wait_s", [-1, 10], [0, 5], "s");
  const late = rows(
    clientHealth({ loopDelayMs: { p50: 40, p99: 90, max: 400 }, cpuShare: 1, backlogBytesMax: 65_536 }),
    [waited],
  );
  const quiet = rows(clientHealth({ loopDelayMs: { p50: 0, p99: 0, max: 0 }, cpuShare: 0, backlogBytesMax: 0 }), []);
  expect(late).toEqual(quiet);
  expect(late.find(({ metric, stat }) => metric === "ttft" && stat === "p50")?.value).toBeCloseTo(50.4, 9);
});
