import { describe, expect, it } from "vitest";
import { checkOf, seen, specOf } from "../support/judged-trials.ts";

function check(clampedShare: number | null, clockSetMs = 0, spec = specOf()) {
  const observation = seen(200);
  const boundMs = { p50: 1, p99: 2, max: 3 };
  const stamps = clampedShare === null ? null : { boundMs, sharedShare: 0, clampedShare };
  observation.client = { ...observation.client, stamps, clockSetMs };
  return checkOf("client-stamps", { observation, spec });
}

describe("client-stamps", () => {
  it("is not asked where all was as it must be, where the times are not the kernel's, or of an accuracy run", () => {
    expect(check(0)).toBeUndefined();
    expect(check(null, -500)).toBeUndefined();
    expect(check(0.5, 0, specOf({ purpose: "accuracy" }))).toBeUndefined();
  });

  it("allows one impossible time in a thousand", () => {
    expect(check(0.001)).toMatchObject({ status: "pass", value: 0.1, limit: 0.1 });
    expect(check(0.002)).toMatchObject({ status: "fail", value: 0.2, remedy: expect.stringContaining("chrony") });
  });

  it("is undecided where the machine's clock was set", () => {
    expect(check(0, -500)).toMatchObject({ status: "unknown", message: expect.stringContaining("set back by 500 ms") });
    expect(check(0.01, 40)).toMatchObject({ status: "fail", message: expect.stringContaining("set forward by 40 ms") });
  });
});
