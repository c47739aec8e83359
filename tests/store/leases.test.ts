import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BlockSpec } from "../../src/schema/plan.ts";
import { blockHolders, blockLeases, neighbours, takeStudyLease } from "../../src/store/leases.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();
const leasesOf = (study: string) => blockLeases(world, study, () => undefined);
const block = (number: number): BlockSpec => ({ study: "small", block: number, trials: [] });

describe("blockLeases", () => {
  it("gives all the blocks that are asked for, or none", async () => {
    const study = temporaryFolder();
    const [first, second] = [leasesOf(study), leasesOf(study)];
    expect(await first.claim([block(2)], true)).toEqual({ ok: true, value: null });
    expect(await second.claim([block(1), block(2)], true)).toMatchObject({ problem: { code: "study-is-running" } });
    expect(await blockHolders(world, study)).toHaveLength(1);
    await first.release();
    expect(await second.claim([block(1), { study: "small", search: "a/b" }], true)).toMatchObject({ ok: true });
    expect(readdirSync(join(study, ".leases"))).toEqual(["block-0001", "block-0002", "search-a%2Fb"]);
    await second.release();
    expect(await blockHolders(world, study)).toEqual([]);
  });

  it("tells how many other runs work on the study here: each once, and not oneself or another host", async () => {
    const study = temporaryFolder();
    const leases = leasesOf(study);
    await leases.claim([block(1), block(2)], false);
    expect(await neighbours(world, study)).toBe(0);
    const { processes, machine } = world;
    const beside = { ...world, processes: { ...processes, ownPid: 1 } };
    expect(await neighbours(beside, study)).toBe(1);
    expect(await neighbours({ ...beside, machine: { ...machine, hostname: "elsewhere" } }, study)).toBe(0);
    await leases.release();
    expect(await neighbours(beside, study)).toBe(0);
  });

  it("refuses a run that has other blocks to do, or none, while one works on the study", async () => {
    const study = temporaryFolder();
    const [first, second] = [leasesOf(study), leasesOf(study)];
    await first.claim([block(1)], true);
    expect(await second.claim([], true)).toMatchObject({ problem: { code: "study-is-running" } });
    expect(await second.claim([block(7)], true)).toMatchObject({ problem: { code: "study-is-running" } });
    await first.release();
  });

  it("passes over a file that NFS leaves between them", async () => {
    const study = temporaryFolder();
    mkdirSync(join(study, ".leases"));
    writeFileSync(join(study, ".leases/.nfs000000000001"), "");
    const run = leasesOf(study);
    expect(await run.claim([block(1)], true)).toEqual({ ok: true, value: null });
    expect(await blockHolders(world, study)).toMatchObject([{ block: 1, isSilent: false }]);
    await run.release();
  });

  it("takes the lease of a block that comes later when it comes", async () => {
    const leases = leasesOf(temporaryFolder());
    const [taken, again] = [await leases.of(block(1)), await leases.of(block(1))];
    expect(taken.ok && again.ok && taken.value === again.value).toBe(true);
    await leases.release();
  });
});

describe("takeStudyLease", () => {
  it("is held beside the leases of blocks, by one sender at a time", async () => {
    const study = temporaryFolder();
    const run = leasesOf(study);
    await run.claim([block(1)], true);
    const first = await takeStudyLease(world, study, "send", { waitMs: 0 });
    expect(await takeStudyLease(world, study, "send", { waitMs: 0 })).toMatchObject({
      problem: { code: "study-is-sent" },
    });
    const second = takeStudyLease(world, study, "send", { waitMs: 5000 });
    if (first.ok) await first.value.release();
    const taken = await second;
    if (taken.ok) await taken.value.release();
    expect([first.ok, taken.ok]).toEqual([true, true]);
    await run.release();
  });

  it("is taken over from a sender that was killed", async () => {
    const study = temporaryFolder();
    const lease = join(study, ".leases/send/0001");
    mkdirSync(join(lease, "open"), { recursive: true });
    const process = { pid: 2 ** 22 + 1, start_ticks: 5 };
    writeFileSync(join(lease, "holder.json"), JSON.stringify({ process, process_table: world.machine.processTable }));
    const taken = await takeStudyLease(world, study, "send", { waitMs: 0 });
    expect(taken).toMatchObject({ ok: true, value: { token: 2 } });
    if (taken.ok) await taken.value.release();
  });
});
