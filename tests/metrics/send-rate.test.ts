import { describe, expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";

function rates(sketches: RequestSketch[], scenario: Workload["scenario"] = "open") {
  const all = measure({ observation: observationOf(sketches), workload: someWorkload({ scenario }) });
  return ["requested_rate", "achieved_rate"].map((metric) => all.find((row) => row.metric === metric));
}

describe("requested and achieved rate", () => {
  it("are of the gaps of the schedule and of the sends, failed and cut-off requests with them", () => {
    const sketches: RequestSketch[] = [
      { scheduledMs: 100, sentMs: 150, tokensMs: [200] },
      { scheduledMs: 200, sentMs: 250, tokensMs: [], error: "boom" },
      { scheduledMs: 300, sentMs: 600, tokensMs: [700], cancelled: true, finish: null },
    ];
    expect(rates(sketches)).toMatchObject([
      { value: 10, unit: "req/s", n: 3, why: null },
      { value: 4, unit: "req/s", n: 3, why: null },
    ]);
  });

  it("are null with the reason outside an open loop, of one request, and of one moment", () => {
    const one = { scheduledMs: 0, sentMs: 1, tokensMs: [2] };
    expect(rates([one, one], "closed")[0]).toMatchObject({ value: null, why: "only an open loop has a rate of sends" });
    expect(rates([one])[1]).toMatchObject({ value: null, why: "fewer than 2 requests have no rate" });
    expect(rates([one, one])[0]).toMatchObject({ value: null, why: "all requests were due at once" });
    expect(rates([])[0]?.value).toBeNull();
  });
});
