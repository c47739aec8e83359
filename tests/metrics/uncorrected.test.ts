import { expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { ClientHealth, Series } from "../../src/schema/observation.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf } from "../support/observations.ts";

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
  const atNs = [-1e9, 10e9];
  const waited: Series = { name: "client/process0_run_wait_s", unit: "s", source: "telemetry", atNs, value: [0, 5] };
  const late = rows(
    {
      loopDelayMs: { p50: 40, p99: 90, max: 400 },
      cpuShare: 1,
      readDelayMs: null,
      backlogBytesMax: 65_536,
      stamps: null,
      pauses: [],
      clockSetMs: 0,
    },
    [waited],
  );
  const quiet = rows(
    {
      loopDelayMs: { p50: 0, p99: 0, max: 0 },
      cpuShare: 0,
      readDelayMs: null,
      backlogBytesMax: 0,
      stamps: null,
      pauses: [],
      clockSetMs: 0,
    },
    [],
  );
  expect(late).toEqual(quiet);
  expect(late.find(({ metric, stat }) => metric === "ttft" && stat === "p50")?.value).toBeCloseTo(50.4, 9);
});
