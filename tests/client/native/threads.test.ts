import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { describe, expect, it } from "vitest";
import { BATCH, letHelpersGiveWay, setAttributes } from "../../../src/client/native/threads.ts";
import { libc } from "../../support/libc.ts";
import { policyOf } from "../../support/policy.ts";

describe.skipIf(libc === null)("letHelpersGiveWay", () => {
  it("lowers V8's threads, every time that it is called, and no other", () => {
    const nices = () =>
      readdirSync("/proc/self/task").map((task) => ({
        helper: readFileSync(`/proc/self/task/${task}/comm`, "utf8").startsWith("node-V8Worker"),
        nice: getPriority(Number(task)),
        policy: policyOf(Number(task)),
      }));
    const before = nices();
    const helpers = before.filter(({ helper }) => helper).length;
    expect(helpers).toBeGreaterThan(0);
    expect(letHelpersGiveWay(libc!)).toBe(helpers);
    expect(letHelpersGiveWay(libc!)).toBe(helpers);
    for (const { helper, nice, policy } of nices()) {
      if (helper) expect(nice).toBe(10);
      // They are never to take the core from the thread that woke them.
      expect(policy).toBe(helper ? 3 : 0);
    }
    const others = (all: ReturnType<typeof nices>) => all.filter(({ helper }) => !helper).map(({ nice }) => nice);
    expect(Math.max(...others(nices()))).toBe(Math.max(...others(before)));
  });
});

describe.skipIf(libc === null)("the attributes of a thread", () => {
  it("is changed for that thread alone, and left where it was somebody else's choice", async () => {
    const child = spawn("sleep", ["20"], { stdio: "ignore" });
    const pid = child.pid!;
    try {
      const own = policyOf(process.pid);
      expect(setAttributes(libc!, pid, { sliceNs: 500_000 })).toBe(true);
      expect(policyOf(pid)).toBe(own);
      expect(setAttributes(libc!, pid, { policy: BATCH })).toBe(true);
      expect(policyOf(pid)).toBe(3);
      expect(setAttributes(libc!, pid, { policy: BATCH })).toBe(true);
      expect(setAttributes(libc!, pid, { sliceNs: 500_000 })).toBe(false);
      expect(policyOf(pid)).toBe(3);
      expect(policyOf(process.pid)).toBe(own);
    } finally {
      child.kill("SIGKILL");
      await new Promise((gone) => child.once("close", gone));
    }
    expect(setAttributes(libc!, pid, { policy: BATCH })).toBe(false);
  });

  it("is not inherited by what it starts, such as an engine that is launched after a first load", () => {
    const slice = (text: string): string | undefined => /^se\.slice\s*:\s*(\d+)/m.exec(text)?.[1];
    const slices = () => ({
      own: slice(readFileSync("/proc/self/sched", "utf8")),
      child: slice(execFileSync("cat", ["/proc/self/sched"], { encoding: "utf8" })),
    });
    const before = slices();
    expect(setAttributes(libc!, 0, { sliceNs: 700_000 })).toBe(true);
    const after = slices();
    expect(after.child).toBe(before.child);
    // A kernel before 6.12 tells of no slice, or has one for all.
    if (before.own !== undefined && after.own !== before.own) expect(after.own).toBe("700000");
  });
});
