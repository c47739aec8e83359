import { describe, expect, it } from "vitest";
import type { Fidelity } from "../../src/schema/fidelity.ts";
import type { ClientHealth } from "../../src/schema/observation.ts";
import { checkOf, offline, seen, specOf } from "../support/judged-trials.ts";

const quiet: ClientHealth = { loopDelayMs: { p50: 0.1, p99: 2, max: 30 }, cpuShare: 0.5, backlogBytesMax: null };

function check(
  health: Partial<ClientHealth>,
  options: { fidelity?: Fidelity; windowS?: number; requests?: number } = {},
) {
  const { fidelity = "valid", windowS = 90, requests = 200 } = options;
  const window = { startNs: 0, endNs: windowS * 1e9 };
  return checkOf("client-bound", {
    spec: specOf({ fidelity }),
    // A median TTFT of 10 ms.
    observation: seen(requests, 0, { window, client: { ...quiet, ...health } }),
  });
}

const late = (p99: number): Partial<ClientHealth> => ({ loopDelayMs: { p50: 0.1, p99, max: 90 } });

describe("client-bound", () => {
  it("passes a quiet client at half its capacity, at every fidelity and in every scenario", () => {
    for (const fidelity of ["smoke", "screen", "valid", "submission"] as const) {
      expect(check({}, { fidelity })).toMatchObject({ status: "pass", value: 2 });
    }
    expect(checkOf("client-bound", { workload: offline })?.status).toBe("pass");
  });

  it("fails where the event loop was late at p99 by more than 5 ms, twice that where it is screened", () => {
    expect(check(late(5))).toMatchObject({ status: "pass", limit: 5, margin: 0, unit: "ms" });
    const found = check(late(5.5));
    expect(found).toMatchObject({ status: "fail", value: 5.5 });
    expect(found?.message).toContain("5.5 ms late at p99, and at most 5 ms is allowed");
    expect(found?.remedy).toMatch(/cores.*another host.*workers/);
    expect(check(late(5.5), { fidelity: "screen" })).toMatchObject({ status: "pass", limit: 10 });
    expect(check(late(10.5), { fidelity: "screen" })?.status).toBe("fail");
  });

  it("allows a share of a slow TTFT", () => {
    const slow = seen(200, 0, { client: { ...quiet, ...late(40) } });
    for (const request of slow.requests) request.firstTokenNs! += 990e6;
    const spec = specOf({ fidelity: "valid" });
    expect(checkOf("client-bound", { spec, observation: slow })).toMatchObject({ status: "pass", limit: 50 });
  });

  it("fails where its core had no time left, late or not", () => {
    expect(check({ cpuShare: 0.97 })).toMatchObject({
      status: "fail",
      message: expect.stringContaining("97 % of a core, and at most 95 % is allowed") as string,
    });
    expect(check({ cpuShare: 0.97, loopDelayMs: null })?.status).toBe("fail");
  });

  it("cannot tell in a short window, of few requests, or where nobody watched", () => {
    expect(check(late(60), { windowS: 4.9 })).toMatchObject({
      status: "unknown",
      message: expect.stringContaining("under 5 s or fewer than 64 requests") as string,
    });
    expect(check(late(60), { requests: 63 })?.status).toBe("unknown");
    expect(check(late(60), { requests: 64 })?.status).toBe("fail");
    expect(check({ loopDelayMs: null })).toMatchObject({ status: "unknown", value: null });
  });

  it("is none of an accuracy run", () => {
    expect(checkOf("client-bound", { spec: specOf({ purpose: "accuracy" }) })).toBeUndefined();
  });
});
