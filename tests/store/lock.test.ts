import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLockHolder, takeLock, takeSendLock } from "../../src/store/lock.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();

describe("takeLock", () => {
  it("is held by one, and free again after its release", async () => {
    const study = join(temporaryFolder(), "study");
    const first = await takeLock(world, study);
    expect(first.ok).toBe(true);
    const second = await takeLock(world, study);
    expect(second).toMatchObject({
      ok: false,
      problem: { code: "study-is-running", message: expect.stringContaining(`process ${world.processes.ownPid} `) },
    });
    expect(await readLockHolder(world, study)).toMatchObject({ pid: world.processes.ownPid });
    if (first.ok) await first.value.release();
    expect(await readLockHolder(world, study)).toBeNull();
    expect(existsSync(join(study, ".lock"))).toBe(false);
    expect((await takeLock(world, study)).ok).toBe(true);
  });

  it.each([
    ["whose process is gone", { pid: 2 ** 22 + 1, start_ticks: 5 }],
    ["whose pid another process has now", { pid: world.processes.ownPid, start_ticks: 5 }],
  ])("takes over a lock %s", async (_, mark) => {
    const study = temporaryFolder();
    const owner = { process: mark, host: world.machine.hostname, since: "2026-01-01T00:00:00.000Z" };
    writeFileSync(join(study, ".lock"), JSON.stringify(owner));
    expect(await readLockHolder(world, study)).toBeNull();
    expect((await takeLock(world, study)).ok).toBe(true);
    expect(JSON.parse(readFileSync(join(study, ".lock"), "utf8"))).toMatchObject({
      process: await world.processes
        .mark(world.processes.ownPid)
        .then(({ pid, startTicks }) => ({ pid, start_ticks: startTicks })),
    });
  });

  it("takes over a lock that its writer never finished, after waiting for it", async () => {
    const study = temporaryFolder();
    writeFileSync(join(study, ".lock"), "");
    let waitedMs = 0;
    const clock = { ...world.clock, sleep: (ms: number) => Promise.resolve(void (waitedMs += ms)) };
    expect((await takeLock({ ...world, clock }, study)).ok).toBe(true);
    expect(waitedMs).toBeGreaterThan(0);
  });

  it("believes a lock of another host, whose processes it cannot see", async () => {
    const study = temporaryFolder();
    const owner = {
      process: { pid: 2 ** 22 + 1, start_ticks: 5 },
      host: "elsewhere",
      since: "2026-01-01T00:00:00.000Z",
    };
    writeFileSync(join(study, ".lock"), JSON.stringify(owner));
    expect(await takeLock(world, study)).toMatchObject({
      ok: false,
      problem: { code: "study-is-running", message: expect.stringContaining("on elsewhere") },
    });
  });

  it("lets one of many take a dead lock", async () => {
    const study = temporaryFolder();
    const owner = { process: { pid: 2 ** 22 + 1, start_ticks: 5 }, host: world.machine.hostname, since: "" };
    writeFileSync(join(study, ".lock"), JSON.stringify(owner));
    const answers = await Promise.all(Array.from({ length: 8 }, () => takeLock(world, study)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it("releases only what is still its own", async () => {
    const study = temporaryFolder();
    const lock = await takeLock(world, study);
    writeFileSync(join(study, ".lock"), "another's");
    if (lock.ok) await lock.value.release();
    expect(readFileSync(join(study, ".lock"), "utf8")).toBe("another's");
  });
});

describe("takeSendLock", () => {
  it("stands beside the lock of a run, and says of its holder that it sends", async () => {
    const study = join(temporaryFolder(), "study");
    const run = await takeLock(world, study);
    const first = await takeSendLock(world, study, 0);
    expect([run.ok, first.ok]).toEqual([true, true]);
    expect(await takeSendLock(world, study, 0)).toMatchObject({
      ok: false,
      problem: { code: "study-is-sent", message: expect.stringContaining("has been sending this study since") },
    });
    const second = takeSendLock(world, study, 5000);
    if (first.ok) await first.value.release();
    expect((await second).ok).toBe(true);
  });
});
