import { describe, expect, it } from "vitest";
import { judge } from "../../src/checks/index.ts";
import { checkOf, input, seen, specOf } from "../support/judged-trials.ts";

describe("errors", () => {
  it("allows one request in a hundred to fail below valid", () => {
    expect(checkOf("errors", { observation: seen(200, 2) })).toMatchObject({ status: "pass", value: 1, margin: 0 });
    expect(checkOf("errors", { observation: seen(200, 3) })).toMatchObject({
      status: "fail",
      value: 1.5,
      limit: 1,
      margin: -0.5,
      unit: "%",
    });
  });

  it("allows none at valid, and none where answers are scored", () => {
    for (const spec of [specOf({ fidelity: "valid" }), specOf({ purpose: "accuracy" })]) {
      expect(judge(input({ spec, observation: seen(200, 1) }))).toMatchObject({
        status: "INVALID",
        reason: expect.stringMatching(/^errors: 1 of 200 requests failed \(0\.5 %\).*the first: HTTP 500: boom$/),
      });
    }
  });

  it("leaves the warm-up out", () => {
    const observation = seen(200);
    for (const request of observation.requests.slice(0, 50)) Object.assign(request, { phase: "warmup", error: "x" });
    expect(checkOf("errors", { observation })).toMatchObject({ value: 0, status: "pass" });
  });

  it("takes what the client cut off on purpose for no failure", () => {
    const observation = seen(200);
    for (const request of observation.requests.slice(0, 150)) Object.assign(request, { cancelled: true, finish: null });
    expect(checkOf("errors", { observation })).toMatchObject({ value: 0, status: "pass" });
    expect(judge(input({ observation, spec: specOf({ fidelity: "smoke" }) })).failure).toBeNull();
  });
});
