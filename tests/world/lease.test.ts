import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { claimLease, leaseTermMs, readLease, type Lease, type LeasePurpose } from "../../src/world/lease.ts";
import { realWorld } from "../../src/world/real-world.ts";
import type { Result } from "../../src/schema/result.ts";
import type { World } from "../../src/world/world.ts";
import { lateShare } from "../support/late-files.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();
const purpose: LeasePurpose = { code: "taken", doing: "at it", hint: (pid) => `stop ${pid}` };

/** A world whose clock goes on only while something sleeps, so that a term passes at once. */
function hastyWorld(more: Partial<World["machine"]> = {}): World {
  let nowNs = 0n;
  const clock: World["clock"] = {
    wall: () => "2026-01-01T00:00:00.000Z",
    nowNs: () => nowNs,
    async sleep(ms, signal) {
      await new Promise((done) => setImmediate(done));
      if (signal === undefined) nowNs += BigInt(Math.round(ms * 1e6));
      else await new Promise((done) => signal.addEventListener("abort", done));
    },
  };
  return { ...world, clock, machine: { ...world.machine, ...more } };
}

function leaseOf(claimed: Result<Lease>): Lease {
  if (!claimed.ok) throw new Error(claimed.problem.message);
  return claimed.value;
}

/** A lease that a process of another host, or one that is gone, left held. */
function leftLease(place: string, token: string, holder: object): void {
  mkdirSync(join(place, token, "open"), { recursive: true });
  writeFileSync(join(place, token, "holder.json"), JSON.stringify({ since: "2026-01-01T00:00:00.000Z", ...holder }));
}
const dead = (mark: object) => ({
  process: mark,
  host: world.machine.hostname,
  process_table: world.machine.processTable,
});
const elsewhere = { process: { pid: 7, start_ticks: 5 }, host: "elsewhere", process_table: "another boot" };

describe("claimLease", () => {
  it("gives it to one at a time, with a token that grows", async () => {
    const place = join(temporaryFolder(), "lease");
    const first = leaseOf(await claimLease(world, place, purpose));
    const { ownPid } = world.processes;
    expect(await claimLease(world, place, purpose)).toMatchObject({
      ok: false,
      problem: {
        code: "taken",
        message: expect.stringContaining(`process ${ownPid} has been at it since`),
        hint: `stop ${ownPid}`,
      },
    });
    expect(await readLease(world, place)).toMatchObject({ process: { pid: ownPid } });
    await first.release();
    expect(await readLease(world, place)).toBeNull();
    const second = leaseOf(await claimLease(world, place, purpose));
    expect([first.token, second.token]).toEqual([1, 2]);
    await second.release();
  });

  it("gives it to one of many that ask at once", async () => {
    const place = join(temporaryFolder(), "lease");
    const answers = await Promise.all(Array.from({ length: 16 }, () => claimLease(world, place, purpose)));
    const taken = answers.filter(({ ok }) => ok);
    expect(taken).toHaveLength(1);
    expect(readdirSync(place)).toEqual(["0001"]);
    await leaseOf(taken[0]!).release();
  });

  it.each([
    ["whose process is gone", { pid: 2 ** 22 + 1, start_ticks: 5 }],
    ["whose pid another process has now", { pid: world.processes.ownPid, start_ticks: 5 }],
  ])("takes over one %s, and what it left is removed", async (_, mark) => {
    const place = temporaryFolder();
    leftLease(place, "0004", dead(mark));
    mkdirSync(join(place, "0004/.partial-x"));
    mkdirSync(join(place, "0004/open/1"));
    expect(await readLease(world, place)).toBeNull();
    const lease = leaseOf(await claimLease(world, place, purpose));
    expect(lease.token).toBe(5);
    expect(readdirSync(join(place, "0004"))).toEqual(["holder.json"]);
    await lease.release();
  });

  it("waits for a holder that lives", async () => {
    const place = temporaryFolder();
    const first = leaseOf(await claimLease(world, place, purpose));
    const said: string[] = [];
    const second = claimLease(world, place, { ...purpose, waitMs: 60_000, onWait: (message) => said.push(message) });
    setTimeout(() => void first.release(), 50);
    expect(leaseOf(await second).token).toBe(2);
    expect(said).toEqual([expect.stringContaining("has been at it")]);
  });
});

describe("a holder whose processes cannot be seen", () => {
  it("is dead when it gives no sign of life for its term, by the clock of the one who asks", async () => {
    const place = temporaryFolder();
    leftLease(place, "0001", elsewhere);
    const hasty = hastyWorld();
    const said: string[] = [];
    const lease = leaseOf(await claimLease(hasty, place, { ...purpose, onWait: (message) => said.push(message) }));
    expect(lease.token).toBe(2);
    expect(hasty.clock.nowNs()).toBeGreaterThanOrEqual(BigInt(leaseTermMs) * 1_000_000n);
    expect(said.join()).toContain("process 7 on elsewhere");
    await lease.release();
  });

  it("is told as silent when its last sign of life is old, and keeps its lease all the same", async () => {
    const place = temporaryFolder();
    leftLease(place, "0001", elsewhere);
    expect(await readLease(world, place)).toMatchObject({ host: "elsewhere", isSilent: false });
    const anHourAgo = Date.now() / 1000 - 3600;
    utimesSync(join(place, "0001/holder.json"), anHourAgo, anHourAgo);
    expect(await readLease(world, place)).toMatchObject({ host: "elsewhere", isSilent: true });
    writeFileSync(join(place, "0001/beats"), ".");
    expect(await readLease(world, place)).toMatchObject({ isSilent: false });
  });

  it("keeps its lease while it beats, also in a container with our host's name", async () => {
    const place = temporaryFolder();
    leftLease(place, "0001", { ...elsewhere, host: world.machine.hostname });
    const hasty = hastyWorld();
    let looks = 0;
    const beating: World = {
      ...hasty,
      files: {
        ...hasty.files,
        stat: async (path) => ({
          ...(await hasty.files.stat(path))!,
          size: (looks += 1),
          modifiedMs: 0,
          folder: false,
        }),
      },
    };
    expect(await claimLease(beating, place, purpose)).toMatchObject({
      ok: false,
      problem: {
        message: expect.stringContaining("in another container"),
        hint: expect.stringContaining("stop it there"),
      },
    });
  });
});

it("does not take a holder for dead that was stopped together with us", async () => {
  const place = temporaryFolder();
  leftLease(place, "0001", elsewhere);
  const hasty = hastyWorld();
  let looks = 0;
  const hourNs = 3_600_000_000_000n;
  const woken: World = {
    ...hasty,
    clock: { ...hasty.clock, nowNs: () => hasty.clock.nowNs() + (looks > 1 ? hourNs : 0n) },
    // It needs a moment until it beats again.
    files: { ...hasty.files, stat: async () => ({ size: (looks += 1) > 20 ? 1 : 0, modifiedMs: 0, folder: false }) },
  };
  expect(await claimLease(woken, place, purpose)).toMatchObject({ problem: { code: "taken" } });
  expect(looks).toBe(21);
});

describe("over a file system that shows late what other hosts did", () => {
  const lateMs = 5000;
  /** Hosts with one clock, which goes on only while one of them sleeps. */
  function hosts(): { place: string; hostA: World; hostB: World } {
    const place = join(temporaryFolder(), "study/.leases/block-0001");
    const share = lateShare(lateMs);
    const { clock, ...rest } = hastyWorld();
    const tick = () => new Promise((done) => setImmediate(done));
    const beating: World["clock"] = {
      ...clock,
      async sleep(ms, signal) {
        if (signal === undefined) return clock.sleep(ms);
        const endNs = clock.nowNs() + BigInt(ms) * 1_000_000n;
        while (!signal.aborted && clock.nowNs() < endNs) await tick();
      },
    };
    const shared = { ...rest, clock: beating };
    const [hostA, hostB] = ["a", "b"].map((name) => ({
      ...shared,
      files: share.filesOf(name, shared),
      machine: { ...shared.machine, hostname: name, processTable: name },
    }));
    return { place, hostA: hostA!, hostB: hostB! };
  }

  it("is given to one of two that ask at once, and to the other after that", async () => {
    const { place, hostA, hostB } = hosts();
    const asked = { ...purpose, waitMs: 600_000 };
    const claims = [claimLease(hostA, place, asked), claimLease(hostB, place, asked)];
    const first = leaseOf(await Promise.race(claims));
    expect(await first.commit(await made(hostA, first.folder), join(place, "../../one"))).toBe(true);
    await first.release();
    const second = leaseOf((await Promise.all(claims)).find((claim) => claim.ok && claim.value !== first)!);
    expect([first.token, second.token]).toEqual([1, 2]);
    await second.release();
  });

  it("is not taken by a host that does not see yet that another has it, and soon sees it free", async () => {
    const { place, hostA, hostB } = hosts();
    const first = leaseOf(await claimLease(hostA, place, purpose));
    expect(await hostB.files.list(place)).toEqual([]);
    expect(await claimLease(hostB, place, purpose)).toMatchObject({ ok: false, problem: { code: "taken" } });
    await first.release();
    const beganNs = hostB.clock.nowNs();
    const second = leaseOf(await claimLease(hostB, place, { ...purpose, waitMs: 60_000 }));
    expect(second.token).toBe(2);
    expect(Number(hostB.clock.nowNs() - beganNs) / 1e6).toBeLessThan(leaseTermMs + 2 * lateMs);
    await second.release();
  });

  async function made({ files }: World, folder: string): Promise<string> {
    const path = join(folder, "made");
    await files.writeText(join(path, "file"), "made");
    return path;
  }
});

describe("commit", () => {
  const written = (folder: string, text: string): string => {
    const path = join(folder, "made");
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "file"), text);
    return path;
  };

  it("puts a folder into its place once, and never over another", async () => {
    const folder = temporaryFolder();
    const lease = leaseOf(await claimLease(world, join(folder, "lease"), purpose));
    expect(await lease.commit(written(lease.folder, "first"), join(folder, "place"))).toBe(true);
    await expect(lease.commit(written(lease.folder, "second"), join(folder, "place"))).rejects.toThrow(
      /ENOTEMPTY|EEXIST/,
    );
    expect(readFileSync(join(folder, "place/file"), "utf8")).toBe("first");
    await lease.release();
    expect(readdirSync(lease.folder)).toEqual(["holder.json"]);
  });

  it.each([
    ["on the same file system", temporaryFolder],
    ["on another file system", existsSync("/dev/shm") ? useTemporaryFolders("/dev/shm") : temporaryFolder],
  ])("does nothing for a holder that was taken for dead and wakes up, with its work %s", async (_, workplace) => {
    const folder = temporaryFolder();
    const place = join(folder, "lease");
    const other = hastyWorld({ processTable: "another boot" });
    const asleep = leaseOf(await claimLease(world, place, purpose));
    const made = written(asleep.folder, "too late");
    const taker = leaseOf(await claimLease(other, place, purpose));
    expect(taker.token).toBe(asleep.token + 1);
    expect(existsSync(made)).toBe(false);
    expect(await asleep.commit(written(workplace(), "too late"), join(folder, "one"))).toBe(false);
    expect([existsSync(join(folder, "one")), existsSync(join(asleep.folder, "open"))]).toEqual([false, false]);
    expect(asleep.lost.aborted).toBe(true);
    await asleep.release();
    expect(await taker.commit(written(taker.folder, "in time"), join(folder, "one"))).toBe(true);
    await taker.release();
  });
});
