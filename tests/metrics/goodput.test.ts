import { describe, expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { SloDeclaration, Workload } from "../../src/schema/workload.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";

/** TTFT 20, TPOT 10, e2e 40 from the send; the second was sent 100 ms late. */
const sketches: RequestSketch[] = [
  { scheduledMs: 0, sentMs: 0, tokensMs: [20, 30, 40] },
  { scheduledMs: 0, sentMs: 100, tokensMs: [120, 130, 140] },
  { scheduledMs: 200, sentMs: 200, tokensMs: [], error: "HTTP 500: boom" },
  { scheduledMs: 300, sentMs: 300, tokensMs: [500] },
];

function rows(slo: SloDeclaration | null, scenario: Workload["scenario"] = "open", requests = sketches) {
  const observation = observationOf(requests, { window: { startNs: 0, endNs: 2e9 } });
  const all = measure({ observation, workload: someWorkload({ scenario, slo }) });
  const [rate, share] = ["goodput", "goodput_share"].map((metric) => all.filter((row) => row.metric === metric));
  expect([rate?.length, share?.length]).toEqual([1, 1]);
  return { rate: rate![0]!, share: share![0]! };
}

describe("goodput", () => {
  it("counts finished requests that keep every limit, over the window and over all that were measured", () => {
    const { rate, share } = rows({ ttft_ms: 250, e2e_ms: 1000 });
    expect(rate).toMatchObject({ value: 1.5, unit: "req/s", rule: "window", n: 4, why: null });
    expect(share).toMatchObject({ value: 75, unit: "%", n: 4 });
  });

  it("counts TTFT and the whole from the intended send in an open loop, from the actual one elsewhere", () => {
    expect(rows({ ttft_ms: 100 }).share.value).toBe(25);
    expect(rows({ e2e_ms: 100 }).share.value).toBe(25);
    expect(rows({ ttft_ms: 100 }, "closed").share.value).toBe(50);
    expect(rows({ e2e_ms: 40 }, "closed").share.value).toBe(50);
  });

  it("has each limit bind by itself, itself included", () => {
    expect(rows({ tpot_ms: 10 }).share.value).toBe(75);
    // One token has no time between tokens.
    expect(rows({ tpot_ms: 9.9 }).share.value).toBe(25);
    expect(rows({ ttft_ms: 20 }).share.value).toBe(25);
    expect(rows({ ttft_ms: 19.9 }).share.value).toBe(0);
    expect(rows({ ttft_ms: 19.9 }).rate.value).toBe(0);
  });

  it("is null with the reason where nobody can tell", () => {
    expect(rows(null).rate).toMatchObject({ value: null, why: "the workload has no slo" });
    expect(rows({}).share).toMatchObject({ value: null, why: "the workload has no slo" });
    expect(rows({ ttft_ms: 1 }, "open", []).share).toMatchObject({ value: null, why: "no request was measured" });
    const uncounted = [{ sentMs: 0, tokensMs: [1, 2], outputTokens: null }];
    expect(rows({ tpot_ms: 1 }, "open", uncounted).rate.why).toContain("no token count for 1 of 1");
    expect(rows({ ttft_ms: 1 }, "open", uncounted).share.value).toBe(100);
  });
});
