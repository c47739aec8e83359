import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { describe, expect, it } from "vitest";
import { letHelpersGiveWay } from "../../../src/client/native/helper-threads.ts";
import { libc } from "../../support/libc.ts";
import { policyOf } from "../../support/policy.ts";

describe.runIf(process.platform === "linux")("letHelpersGiveWay", () => {
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
    expect(letHelpersGiveWay()).toBe(helpers);
    expect(letHelpersGiveWay()).toBe(helpers);
    for (const { helper, nice, policy } of nices()) {
      if (helper) expect(nice).toBe(10);
      // They are never to take the core from the thread that woke them.
      expect(policy).toBe(helper && libc !== null ? 3 : 0);
    }
    const others = (all: ReturnType<typeof nices>) => all.filter(({ helper }) => !helper).map(({ nice }) => nice);
    expect(Math.max(...others(nices()))).toBe(Math.max(...others(before)));
  });
});
