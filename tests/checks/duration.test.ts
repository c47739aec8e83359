import { describe, expect, it } from "vitest";
import type { JudgeInput } from "../../src/checks/index.ts";
import { checkOf, seen, specOf } from "../support/judged-trials.ts";

const lasting = (seconds: number): Partial<JudgeInput> => ({
  observation: seen(200, 0, { window: { startNs: 0, endNs: seconds * 1e9 } }),
});

describe("duration", () => {
  it("is decided at the limit", () => {
    expect(checkOf("duration", lasting(10))).toMatchObject({
      status: "pass",
      value: 10,
      limit: 10,
      margin: 0,
      unit: "s",
    });
    expect(checkOf("duration", lasting(9.99))).toMatchObject({ status: "fail", margin: expect.closeTo(-0.01, 9) });
  });
  it("counts the time in which requests were sent: a load that went on for long enough is not too short for its last answers", () => {
    const observation = seen(200, 0, { window: { startNs: 0, endNs: 9.99e9 } });
    observation.requests.at(-1)!.sentNs = 10.001e9;
    expect(checkOf("duration", { observation })?.status).toBe("pass");
  });

  it("is none where the workload has no limit, or for accuracy", () => {
    expect(checkOf("duration", { ...lasting(1), spec: specOf({ fidelity: "smoke" }) })).toBeUndefined();
    expect(checkOf("duration", { ...lasting(1), spec: specOf({ purpose: "accuracy" }) })).toBeUndefined();
  });
});
