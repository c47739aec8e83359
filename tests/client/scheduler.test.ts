import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { neverPreempt, takeSlices } from "../../src/client/scheduler.ts";
import { libc } from "../support/libc.ts";
import { policyOf } from "../support/policy.ts";

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
});
