import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/schema/event.ts";
import type { World } from "../../src/world/world.ts";
import {
  measured,
  notices,
  outcomeOf,
  rowAndBlock,
  runSmall,
  smallMatrix,
  studyWorld,
  type SmallRun,
} from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

const kinds = (events: readonly RunEvent[]): string[] =>
  events.map(({ type }) => type).filter((type) => ["plan", "trial-start", "trial-end", "fault"].includes(type));

describe("a study that was never run", () => {
  it("is run launch by launch: each trial is on disk before the next begins, and the mirrors have it", async () => {
    const folder = temporaryFolder();
    const world = studyWorld(folder);
    const sent: string[][] = [];
    const found = await runSmall(world, smallMatrix({ repeats: 2 }), {
      afterLaunch: async (trials) => {
        for (const { folder: place } of trials) expect(existsSync(join(place, "MANIFEST.json"))).toBe(true);
        sent.push(trials.map(({ trial }) => rowAndBlock(trial)));
      },
    });
    expect(outcomeOf(found)).toMatchObject({ done: 4, interrupted: false, fault: null });
    expect(sent).toEqual([["baseline 1"], ["wide 1"], ["baseline 2"], ["wide 2"]]);
    expect(found.trials.map(rowAndBlock)).toEqual(sent.flat());
    expect(kinds(found.events)).toEqual(["plan", ...sent.flatMap(() => ["trial-start", "trial-end"])]);
    expect([world.started, world.running]).toEqual([4, 0]);
    expect(readdirSync(join(folder, "results/small/launches"))).toHaveLength(4);
  });

  it("measures nothing where the folder for temporary files is none", async () => {
    const folder = temporaryFolder();
    const world = studyWorld(folder);
    writeFileSync(join(folder, "file"), "");
    const machine = { ...world.machine, temporaryFolder: join(folder, "file") };
    const { outcome } = await runSmall({ ...world, machine }, smallMatrix());
    expect(outcome).toMatchObject({
      ok: false,
      problem: { code: "not-usable", hint: expect.stringContaining("TMPDIR") as string },
    });
    expect(world.started).toBe(0);
  });

  it("says why it cannot begin where another run has the folder, and starts nothing", async () => {
    const folder = temporaryFolder();
    const world = studyWorld(folder);
    let second: SmallRun | null = null;
    const first = await runSmall(world, smallMatrix(), {
      afterLaunch: async () => {
        second ??= await runSmall(studyWorld(folder), smallMatrix());
      },
    });
    expect(outcomeOf(first).done).toBe(2);
    expect(second).toMatchObject({ outcome: { ok: false, problem: { code: "study-is-running" } } });
  });

  it("writes nothing more of a block that another run took over, and ends", async () => {
    const folder = temporaryFolder();
    const world = studyWorld(folder);
    const told: RunEvent[] = [];
    const found = await runSmall(world, smallMatrix({ repeats: 2 }), {
      report(event) {
        told.push(event);
        if (event.type !== "trial-start" || event.position !== 2) return;
        const lease = join(folder, "results/small/.leases/block-0001/0001");
        renameSync(join(lease, "open"), join(lease, "closed"));
      },
    });
    expect(outcomeOf(found)).toMatchObject({ done: 1, interrupted: false, fault: { code: "lease-lost" } });
    expect(found.trials.map(rowAndBlock)).toEqual(["baseline 1"]);
    expect(kinds(told)).toEqual(["plan", "trial-start", "trial-end", "trial-start", "fault"]);
    expect(world.running).toBe(0);
    const again = await runSmall(world, smallMatrix({ repeats: 2 }));
    expect(again.trials.map(rowAndBlock)).toEqual(["baseline 1", "wide 1", "baseline 2", "wide 2"]);
  });

  it("says that its folder was moved while it ran, and writes no record in its place", async () => {
    const folder = temporaryFolder();
    const [study, moved] = [join(folder, "results/small"), join(folder, "moved")];
    // What tells it; the log stays, since the engine of these tests opens it anew for each line.
    const signs = ["study.json", ".leases"];
    const found = await runSmall(studyWorld(folder), smallMatrix(), {
      report(event) {
        if (event.type !== "trial-start" || event.position !== 2) return;
        mkdirSync(moved);
        for (const name of signs) renameSync(join(study, name), join(moved, name));
      },
    });
    const message = `${study} was moved or removed while this run wrote to it`;
    expect(outcomeOf(found).fault).toMatchObject({ code: "lease-lost", message });
    expect(found.trials.map(rowAndBlock)).toEqual(["baseline 1"]);
    expect(existsSync(join(study, "study.json"))).toBe(false);
  });
});

describe("a run whose time is up", () => {
  it("begins no further trial, and the next one goes on", async () => {
    const folder = temporaryFolder();
    let aheadNs = 0n;
    const world = studyWorld(folder, ({ clock }) => ({ clock: { ...clock, nowNs: () => clock.nowNs() + aheadNs } }));
    const found = await runSmall(world, smallMatrix({ repeats: 2 }), {
      maxHours: 1,
      afterLaunch: async () => void (aheadNs = 3_600_000_000_000n),
    });
    expect(outcomeOf(found)).toMatchObject({ done: 1, interrupted: true, fault: null });
    expect(found.events).toContainEqual({
      type: "notice",
      code: "time-is-up",
      message: "--max-hours 1 is over: 3 trials left, which the next run does",
    });
    const again = await runSmall(world, smallMatrix({ repeats: 2 }));
    expect(outcomeOf(again)).toMatchObject({ done: 3, interrupted: false });
  });
});

describe("a study that was interrupted", () => {
  const changed = { changes: "{ id: narrow, set: { max_num_seqs: 2 } }" };
  let prepared = "";
  beforeAll(async () => {
    prepared = mkdtempSync(join(tmpdir(), "ceteris-test-"));
    const stop = new AbortController();
    const found = await runSmall(studyWorld(prepared), smallMatrix(), {
      signal: stop.signal,
      afterLaunch: async () => stop.abort(),
    });
    expect(outcomeOf(found)).toMatchObject({ done: 1, interrupted: true, fault: null });
  });
  afterAll(() => rmSync(prepared, { recursive: true }));

  /** A folder in which the first trial of a block was run, and the signal came. */
  function interrupted(): string {
    const folder = temporaryFolder();
    cpSync(prepared, folder, { recursive: true });
    return folder;
  }

  it("goes on with what is missing, in the same block", async () => {
    const folder = interrupted();
    const found = await runSmall(studyWorld(folder), smallMatrix());
    expect([outcomeOf(found).done, measured(found)]).toEqual([1, 2]);
    expect(found.trials.map(rowAndBlock)).toEqual(["baseline 1", "wide 1"]);
    expect(notices(found.events)).toContain("block-goes-on");
    const again = await runSmall(studyWorld(folder), smallMatrix());
    expect([outcomeOf(again).done, measured(again)]).toEqual([0, 2]);
  });

  it("ends what a run that was killed left, under the study's leases", async () => {
    const folder = interrupted();
    const world = studyWorld(folder);
    const [launch = ""] = readdirSync(join(folder, "results/small/launches"));
    const file = join(folder, "results/small/launches", launch, "launch.json");
    const text = (await world.files.readText(file))!;
    await world.files.writeText(
      file,
      text.replace(/"ended_at": "[^"]*"/, '"ended_at": null').replace('"holder"', '"former_holder"'),
    );
    const found = await runSmall(world, smallMatrix());
    expect(notices(found.events)).toContain("reaped");
    expect(await world.files.readText(file)).toContain("abandoned");
  });

  it("runs a row that its matrix has now, in a block of its own beside its baseline; a row that is gone is kept and not counted", async () => {
    const folder = interrupted();
    const found = await runSmall(studyWorld(folder), smallMatrix(changed));
    expect([outcomeOf(found).done, measured(found)]).toEqual([2, 3]);
    expect(found.trials.map(rowAndBlock)).toEqual(["baseline 1", "baseline 2", "narrow 2"]);
    const again = await runSmall(studyWorld(folder), smallMatrix());
    expect([outcomeOf(again).done, measured(again)]).toEqual([2, 4]);
    expect(again.trials.slice(3).map(rowAndBlock)).toEqual(["baseline 3", "wide 3"]);
    expect(notices(found.events)).toContain("new-blocks");
  });

  it("measures all rows again by another seed, in new blocks, and keeps the old ones", async () => {
    const folder = interrupted();
    const found = await runSmall(studyWorld(folder), smallMatrix(), { seed: 99 });
    expect(found.trials.map(rowAndBlock)).toEqual(["baseline 1", "baseline 2", "wide 2"]);
    expect(found.trials.map(({ spec }) => spec.seeds.order)).toEqual([
      expect.not.toSatisfy((seed) => seed === 99),
      99,
      99,
    ]);
    expect([outcomeOf(found).done, measured(found)]).toEqual([2, 3]);
  });

  it("opens a new block on another machine: a change is compared with a baseline of its own hardware", async () => {
    const folder = interrupted();
    const elsewhere = studyWorld(folder, ({ machine }) => ({
      machine: { ...machine, hostname: "another-host", cpuModel: "Another CPU" },
    }));
    const found = await runSmall(elsewhere, smallMatrix());
    expect(found.trials.map(rowAndBlock)).toEqual(["baseline 1", "baseline 2", "wide 2"]);
    expect(found.trials.map(({ provenance }) => provenance?.host["hostname"])).toEqual([
      "test-host",
      "another-host",
      "another-host",
    ]);
  });
});

describe("a disk that fills up while a study runs", () => {
  /** Writing into a trial's folder fails from the given trial on. */
  const full =
    (from: number) =>
    ({ files }: World): Partial<World> => {
      let written = 0;
      return {
        files: {
          ...files,
          async writeText(path, text) {
            if (path.endsWith("trial.json") && (written += 1) >= from)
              throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
            await files.writeText(path, text);
          },
        },
      };
    };

  it("stops the study with what to do, keeps what was measured, and a later run does the rest", async () => {
    const folder = temporaryFolder();
    const world = studyWorld(folder, full(2));
    const found = await runSmall(world, smallMatrix({ repeats: 2 }));
    expect(outcomeOf(found)).toMatchObject({ done: 1, interrupted: false, fault: { code: "disk-full" } });
    expect(found.events.filter(({ type }) => type === "fault")).toMatchObject([
      { fault: { hint: expect.stringContaining("--results") as string } },
    ]);
    expect(found.trials.map(rowAndBlock)).toEqual(["baseline 1"]);
    expect([world.started, world.running]).toEqual([2, 0]);
    expect(readdirSync(join(folder, "results/small")).filter((name) => name.includes("partial"))).toEqual([]);
    const later = await runSmall(studyWorld(folder), smallMatrix({ repeats: 2 }));
    expect([outcomeOf(later).done, measured(later)]).toEqual([3, 4]);
  });

  it("is found before anything is started where it is full at the beginning", async () => {
    const world = studyWorld(temporaryFolder(), ({ files }) => ({ files: { ...files, freeBytes: async () => 1000 } }));
    const found = await runSmall(world, smallMatrix());
    expect([found.outcome, world.started]).toEqual([
      { ok: false, problem: expect.objectContaining({ code: "disk-full" }) as object },
      0,
    ]);
  });
});
