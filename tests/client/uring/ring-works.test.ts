import { afterEach, describe, expect, it, vi } from "vitest";
import { libc } from "../../support/libc.ts";

const setUp = 425;
const enter = 426;

afterEach(() => vi.resetModules());

/** What is said where nothing was tried before, and the calls of the kernel are answered so. */
async function saidWhere(answer: (call: number) => number | undefined): Promise<boolean> {
  const { ringWorks } = await import("../../../src/client/uring/ring-works.ts");
  return ringWorks({
    ...libc!,
    syscall: (call, ...rest) => answer(call) ?? libc!.syscall(call, ...rest),
  });
}

describe.skipIf(libc === null)("whether a ring works", () => {
  it("is what the kernel itself allows", async () => {
    const { openRingMemory } = await import("../../../src/client/uring/ring-memory.ts");
    const memory = openRingMemory(libc!);
    memory?.unmap();
    expect(await saidWhere(() => undefined)).toBe(memory !== null);
  });

  it("is denied where the kernel gives none", async () => {
    expect(await saidWhere((call) => (call === setUp ? -1 : undefined))).toBe(false);
  });

  it("is denied where one is given that reads nothing", async () => {
    expect(await saidWhere((call) => (call === enter ? 0 : undefined))).toBe(false);
  });
});
