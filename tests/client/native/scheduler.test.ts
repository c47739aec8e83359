import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { neverPreempt, takeSlices } from "../../../src/client/native/scheduler.ts";
import { libc } from "../../support/libc.ts";
import { policyOf } from "../../support/policy.ts";

describe.skipIf(libc === null)("the scheduler's treatment of a thread", () => {
  it("is changed for that thread alone, and left where it was somebody else's choice", async () => {
    const child = spawn("sleep", ["20"], { stdio: "ignore" });
    const pid = child.pid!;
    try {
      const own = policyOf(process.pid);
      expect(takeSlices(pid, 500_000)).toBe(true);
      expect(policyOf(pid)).toBe(own);
      expect(neverPreempt(pid)).toBe(true);
      expect(policyOf(pid)).toBe(3);
      expect(neverPreempt(pid)).toBe(true);
      expect(takeSlices(pid, 500_000)).toBe(false);
      expect(policyOf(pid)).toBe(3);
      expect(policyOf(process.pid)).toBe(own);
    } finally {
      child.kill("SIGKILL");
      await new Promise((gone) => child.once("close", gone));
    }
    expect(neverPreempt(pid)).toBe(false);
  });

  it("is not inherited by what it starts, such as an engine that is launched after a first load", () => {
    const slice = (text: string): string | undefined => /^se\.slice\s*:\s*(\d+)/m.exec(text)?.[1];
    const slices = () => ({
      own: slice(readFileSync("/proc/self/sched", "utf8")),
      child: slice(execFileSync("cat", ["/proc/self/sched"], { encoding: "utf8" })),
    });
    const before = slices();
    expect(takeSlices(0, 700_000)).toBe(true);
    const after = slices();
    expect(after.child).toBe(before.child);
    // A kernel before 6.12 tells of no slice, or has one for all.
    if (before.own !== undefined && after.own !== before.own) expect(after.own).toBe("700000");
  });
});
