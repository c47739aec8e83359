import { describe, expect, it } from "vitest";
import type { Fidelity } from "../../src/schema/fidelity.ts";
import { checkOf, seen, specOf } from "../support/judged-trials.ts";

function check(resent: number, total: number, fidelity: Fidelity = "screen") {
  const observation = seen(total);
  for (const request of observation.requests.slice(0, resent)) request.resent = 1;
  return checkOf("requests-resent", { observation, spec: specOf({ fidelity }) });
}

describe("requests-resent", () => {
  it("is not asked where each was sent once", () => {
    expect(check(0, 200)).toBeUndefined();
  });

  it("says how many were sent twice, and allows one in a hundred, or in a thousand where it is certified", () => {
    const few = check(2, 200);
    expect(few).toMatchObject({ status: "pass", value: 1, limit: 1, margin: 0, unit: "%" });
    expect(few?.message).toContain("the client resent 2 of 200 requests");
    expect(check(3, 200)).toMatchObject({ status: "fail", value: 1.5, remedy: expect.stringContaining("keep-alive") });
    expect(check(1, 200, "valid")).toMatchObject({ status: "fail", limit: 0.1 });
    expect(check(1, 1000, "submission")?.status).toBe("pass");
  });

  it("counts a request once, however often it was sent, and also one that failed", () => {
    const observation = seen(200, 1);
    observation.requests[0]!.resent = 1;
    observation.requests[1]!.resent = 3;
    expect(checkOf("requests-resent", { observation })).toMatchObject({ status: "pass", value: 1 });
  });
});
