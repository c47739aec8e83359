import { describe, expect, it } from "vitest";
import { load, loadParts, markedIn, matrix } from "./study-fixture.ts";

const study = (more: string) => loadParts({ more }).study;
const problems = (more: string) =>
  load({ "matrices/a.yaml": matrix({ more }) }).diagnostics.map(({ severity, message, excerpt = "" }) => ({
    severity,
    message,
    at: markedIn(excerpt),
  }));

describe("peak", () => {
  it("is a search with defaults in the place of what it leaves out, and none where it is not there", () => {
    expect(study("peak: { from: 4 }")?.peak).toEqual({
      from: 4,
      to: null,
      tolerance: 0.05,
      most: 12,
      share: 0.99,
      sustain: true,
    });
    const whole = "peak: { from: 0.5, to: 64, tolerance: 0.1, tries: 7, share: 0.95, sustain: false }";
    expect(study(whole)?.peak).toEqual({ from: 0.5, to: 64, tolerance: 0.1, most: 7, share: 0.95, sustain: false });
    expect(study("")?.peak).toBeNull();
  });

  it("is refused where it lacks the rate to begin with, or has one that cannot be", () => {
    expect(problems("peak: { to: 8 }")).toMatchObject([
      { severity: "error", message: expect.stringContaining("from") as string },
    ]);
    expect(study("peak: { to: 8 }")?.peak).toBeNull();
    expect(problems("peak: { from: 0 }")).toMatchObject([{ severity: "error", at: "0" }]);
    expect(problems("peak: { from: 4, share: 1.5 }")).toMatchObject([{ severity: "error", at: "1.5" }]);
    expect(problems("peak: { from: 4, tries: 0 }")).toMatchObject([{ severity: "error", at: "0" }]);
    expect(problems("peak: { from: 4, until: 9 }")).toMatchObject([{ severity: "error", at: "until" }]);
  });
});

describe("smallest_effect", () => {
  it("is 2 % where nothing is said", () => {
    expect(study("")?.smallestEffect).toBe(0.02);
    expect(study("smallest_effect: 0.05")?.smallestEffect).toBe(0.05);
    expect(study("smallest_effect: 0")?.smallestEffect).toBe(0);
  });

  it("is a share", () => {
    expect(problems("smallest_effect: 5")).toMatchObject([{ severity: "error", at: "5" }]);
    expect(problems("smallest_effect: -0.1")).toMatchObject([{ severity: "error", at: "-0.1" }]);
  });
});

describe("stray_host", () => {
  it("names a host from 5 % on where nothing is said, and each member may be missing", () => {
    expect(study("")?.strayHost).toEqual({ above: 0.05, leaveOut: false });
    expect(study("stray_host: { leave_out: true }")?.strayHost).toEqual({ above: 0.05, leaveOut: true });
    expect(study("stray_host: { above: 0.1 }")?.strayHost).toEqual({ above: 0.1, leaveOut: false });
  });

  it("is a share, and true or false", () => {
    expect(problems("stray_host: { above: 5 }")).toMatchObject([{ severity: "error", at: "5" }]);
    expect(problems("stray_host: { leave_out: drop }")).toMatchObject([{ severity: "error", at: "drop" }]);
  });
});

describe("exclude_trials", () => {
  it("is rules of metrics, with defaults", () => {
    expect(study("")?.exclusions).toEqual([]);
    const rules =
      "exclude_trials: [{ metric: requests_failed, of: share, above: 0.01 }, { metric: ttft, stat: p99, above: 900 }]";
    expect(study(rules)?.exclusions).toEqual([
      { metric: "requests_failed", stat: "value", of: "share", above: 0.01 },
      { metric: "ttft", stat: "p99", of: "value", above: 900 },
    ]);
  });

  it("is refused without a metric or a limit, or with a statistic that is none, and leaves the faulty rule out", () => {
    expect(problems("exclude_trials: [{ metric: ttft }]")).toMatchObject([
      { severity: "error", message: expect.stringContaining("above") as string },
    ]);
    expect(study("exclude_trials: [{ metric: ttft }, { metric: tpot, above: 1 }]")?.exclusions).toEqual([
      { metric: "tpot", stat: "value", of: "value", above: 1 },
    ]);
    expect(problems("exclude_trials: [{ metric: ttft, stat: p98, above: 9 }]")).toMatchObject([
      { severity: "error", at: "p98" },
    ]);
  });
});
