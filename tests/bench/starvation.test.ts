import { describe, expect, it } from "vitest";
import { capacityOf, clientReason, loadOf, type Answer } from "../../bench/starvation.ts";

const capacity = { tokensPerS: 80_000, requestsPerS: 5000, disturbed: false };

/** The value behind a flag. */
const flag = (flags: string[], name: string): number => Number(flags[flags.indexOf(`--${name}`) + 1]);

describe("the loads of the starvation bench", () => {
  it("are half of the capacity in a closed loop, alone or beside a busy program, for some six seconds", () => {
    const quiet = loadOf("quiet", capacity);
    expect(quiet).toEqual({ ...loadOf("busy", capacity), busy: false });
    expect(loadOf("busy", capacity).busy).toBe(true);
    expect(flag(quiet.flags, "concurrency") / (quiet.gapUs / 1e6)).toBeCloseTo(40_000, -2);
    const seconds = (flag(quiet.flags, "requests") * flag(quiet.flags, "output-tokens")) / 40_000;
    expect(seconds).toBeGreaterThan(5);
    expect(seconds).toBeLessThan(8);
  });

  it("are half of the rate, and ten times of it, as many as can be sent in the time", () => {
    const [half, tenfold] = [loadOf("quiet-open", capacity).flags, loadOf("tenfold", capacity).flags];
    expect([flag(half, "rate"), flag(tenfold, "rate")]).toEqual([2500, 50_000]);
    expect(flag(half, "requests") / 2500).toBeGreaterThan(5);
    expect(flag(tenfold, "requests") / 5000).toBeGreaterThan(5);
  });

  it("come of the calibration in a trial's record", () => {
    const measured = {
      cpu_per_token_us: 10,
      cpu_per_request_us: 120,
      highest_tokens_per_s: 60_000,
      ended_by: "machine",
    };
    expect(capacityOf({ calibration: { skipped: null, measured } })).toEqual({
      tokensPerS: 60_000,
      requestsPerS: 5000,
      disturbed: true,
    });
    expect(() => capacityOf({ calibration: { skipped: "smoke", measured: null } })).toThrow(/smoke/);
  });
});

it("counts a trial that is INVALID by a check of the client, and no other", () => {
  const answer = (status: string, ...failed: string[]): Answer => ({
    client: { cpu_share: 0.5 },
    verdict: {
      status,
      reason: "",
      checks: [{ id: "errors", status: "pass" }, ...failed.map((id) => ({ id, status: "fail" }))],
    },
  });
  expect(clientReason(answer("INVALID", "schedule-kept", "client-bound"))).toBe("schedule-kept client-bound");
  expect(clientReason(answer("INVALID", "errors"))).toBeNull();
  expect(clientReason(answer("FAILED", "client-bound"))).toBeNull();
  expect(clientReason(answer("SCREENED"))).toBeNull();
});
