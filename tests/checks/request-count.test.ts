import { describe, expect, it } from "vitest";
import { checkOf, seen, specOf } from "../support/judged-trials.ts";

describe("request-count", () => {
  it("counts what the fidelity asks for, less what it allows to fail", () => {
    expect(checkOf("request-count", { observation: seen(200, 2) })?.status).toBe("pass");
    expect(checkOf("request-count", { observation: seen(200, 3) })).toMatchObject({
      status: "fail",
      value: 197,
      limit: 198,
      margin: -1,
    });
    expect(checkOf("request-count", { observation: seen(197) })).toMatchObject({ status: "fail", limit: 198 });
    expect(checkOf("request-count", { observation: seen(199), spec: specOf({ fidelity: "valid" }) })).toMatchObject({
      status: "fail",
      limit: 200,
    });
  });

  it("counts, of an accuracy run, what was sent", () => {
    const spec = specOf({ purpose: "accuracy" });
    expect(checkOf("request-count", { observation: seen(12), spec })).toMatchObject({ status: "pass", limit: 12 });
  });

  it("leaves the warm-up out", () => {
    const observation = seen(200);
    for (const request of observation.requests.slice(0, 50)) request.phase = "warmup";
    expect(checkOf("request-count", { observation })).toMatchObject({ value: 150, status: "fail" });
  });

  it("asks for as many fewer as the client cut off on purpose", () => {
    const observation = seen(200, 1);
    for (const request of observation.requests.slice(100, 150)) request.cancelled = true;
    // One failed: of the 150 that were to finish, 149 did, and one in a hundred may fail.
    expect(checkOf("request-count", { observation })).toMatchObject({ status: "pass", value: 149, limit: 149 });
    expect(checkOf("request-count", { observation })?.message).toContain("50 were cut off on purpose");
    const none = seen(200);
    for (const request of none.requests) request.cancelled = true;
    expect(checkOf("request-count", { observation: none })).toMatchObject({ status: "fail", value: 0, limit: 1 });
  });
});
