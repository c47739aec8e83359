import { describe, expect, it } from "vitest";
import type { JudgeInput } from "../../src/checks/index.ts";
import type { Measurement } from "../../src/schema/measurement.ts";
import { checkOf, offline, seen, specOf } from "../support/judged-trials.ts";

const figure = (metric: string, value: number | null, why: string | null = null): Measurement => ({
  metric,
  stat: "value",
  unit: "ms",
  value,
  why,
  n: 200,
  rule: "exact",
  source: "engine",
});

interface Told {
  ttft?: number | null;
  itl?: number | null;
  e2e?: number | null;
}

/** The engine's own means are 100 ms and 20 ms; the figures are ours less its. */
function check({ ttft = 2, itl = 0, e2e = null }: Told, changes: Partial<JudgeInput> = {}) {
  const measurements = [
    figure("engine_ttft_mean", 100),
    figure("engine_itl_mean", 20),
    figure("engine_e2e_mean", 2000),
    figure("e2e_client_minus_engine", e2e, e2e === null ? "the engine does not tell e2e_sum" : null),
    figure("ttft_client_minus_engine", ttft, ttft === null ? "the engine does not tell ttft_sum" : null),
    figure("itl_client_minus_engine", itl, itl === null ? "the engine does not tell itl_sum" : null),
  ];
  return checkOf("engine-agrees", { spec: specOf({ fidelity: "valid" }), measurements, ...changes });
}

describe("engine-agrees", () => {
  it("allows the way between the two, a fifth of the engine's TTFT", () => {
    expect(check({ ttft: 19 })).toMatchObject({ status: "pass", value: 19, limit: 20, margin: 1, unit: "ms" });
    const found = check({ ttft: 21 });
    expect(found).toMatchObject({ status: "fail", value: 21 });
    expect(found?.message).toContain("mean TTFT is 21 ms more than the engine's own, and at most 20 ms is allowed");
    expect(check({ ttft: 45 }, { spec: specOf({ fidelity: "screen" }) })?.status).toBe("pass");
  });

  it("allows no token to be here before it is made", () => {
    expect(check({ ttft: -1.5 })?.status).toBe("pass");
    expect(check({ ttft: -3 })).toMatchObject({ status: "fail", value: -3, limit: 2, margin: -1 });
  });

  it("wants the gaps alike, to a twentieth", () => {
    expect(check({ itl: 0.9 })?.status).toBe("pass");
    expect(check({ itl: 1.1 })).toMatchObject({ status: "fail", value: 1.1, limit: 1 });
    expect(check({ itl: -1.1 })?.message).toContain("mean ITL is 1.1 ms less than the engine's own");
  });

  it("compares what can be, and is unknown where the engine tells nothing", () => {
    expect(check({ ttft: null, itl: 0.5 })).toMatchObject({ status: "pass", value: 0.5 });
    const found = check({ ttft: null, itl: null });
    expect(found).toMatchObject({ status: "unknown", value: null, limit: null, margin: null });
    expect(found?.message).toContain("TTFT cannot be compared: the engine does not tell ttft_sum");
  });

  it("decides by the whole request where first chunks hide the gaps", () => {
    expect(check({ ttft: null, itl: null, e2e: 300 })).toMatchObject({ status: "pass", value: 300, limit: 400 });
    expect(check({ ttft: null, itl: null, e2e: -50 })).toMatchObject({ status: "fail", limit: 40 });
    expect(check({ itl: null, e2e: 410 }, { workload: offline })?.message).toBe(
      "mean E2E is 410 ms more than the engine's own, and at most 400 ms is allowed",
    );
  });

  it("does not ask a TTFT of Offline, where everything waits in front of the engine", () => {
    expect(check({ ttft: 5000 }, { workload: offline })).toMatchObject({ status: "pass", value: 0 });
    expect(check({ itl: 3 }, { workload: offline })?.status).toBe("fail");
  });

  it("does not decide against a trial by a handful of requests", () => {
    expect(check({ ttft: 500 }, { observation: seen(20) })).toMatchObject({
      status: "unknown",
      message: expect.stringContaining("fewer than 64 requests, is too little to tell") as string,
    });
  });

  it("is none of an accuracy run", () => {
    expect(check({}, { spec: specOf({ purpose: "accuracy" }) })).toBeUndefined();
  });
});
