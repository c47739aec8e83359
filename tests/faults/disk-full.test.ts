import { openSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { fileFault } from "../../src/world/file-fault.ts";
import type { Files, World } from "../../src/world/world.ts";
import { runSmall, smallMatrix, studyWorld, type SmallRun } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";
import { ownFaults } from "./own-faults.ts";

/** A disk that is full from one write on. */
const disk = vi.hoisted(() => ({
  fullAt: Infinity,
  spoolIsFull: false,
  steps: [] as string[],
  write(step: string): void {
    this.steps.push(step);
    if (this.steps.length > this.fullAt)
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${step}`), { code: "ENOSPC", path: step });
  },
}));

vi.mock("../../src/store/parquet/write.ts", async (original) => {
  const real = await original<typeof import("../../src/store/parquet/write.ts")>();
  return {
    ...real,
    async writeParquet(...args: Parameters<typeof real.writeParquet>) {
      disk.write(`parquet ${basename(args[2])}`);
      return await real.writeParquet(...args);
    },
  };
});
vi.mock("../../src/client/spool/spool-files.ts", async (original) => {
  const real = await original<typeof import("../../src/client/spool/spool-files.ts")>();
  const full = () => openSync("/dev/full", "r+");
  return {
    ...real,
    openSpoolFiles: (folder: string) =>
      disk.spoolIsFull ? { requests: full(), tokens: full() } : real.openSpoolFiles(folder),
  };
});

const temporaryFolder = useTemporaryFolders();

/**
 * Every write of the world takes room on the disk; what is there can be renamed and removed. Only a lease's beats do not: one
 * that fails is no fault, and when they come is the clock's.
 */
function onDisk({ files }: World): Partial<World> {
  const taking = <Name extends "writeText" | "appendText" | "makeFolder">(name: Name): Files[Name] =>
    (async (path: string, text: string) => {
      if (basename(path) !== "beats")
        disk.write(`${name} ${basename(path).replace(/^(exp1_|\.partial-|\d{4}-).*/, "$1")}`);
      return await files[name](path, text);
    }) as Files[Name];
  return {
    files: {
      ...files,
      writeText: taking("writeText"),
      appendText: taking("appendText"),
      makeFolder: taking("makeFolder"),
    },
  };
}

/** A run on a disk that is full after so many writes; null where the system's refusal ended it before its first trial. */
async function runWith(world: World, fullAt: number): Promise<SmallRun | null> {
  disk.fullAt = fullAt;
  disk.steps = [];
  try {
    return await runSmall(world, smallMatrix());
  } catch (error) {
    expect(fileFault(error)).not.toBeNull();
    return null;
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true }) as string[];
}

describe.skipIf(process.platform !== "linux")("a full disk", () => {
  it(`planted: ${ownFaults.diskFull.injected}`, async () => {
    const whole = await runWith(studyWorld(temporaryFolder(), onDisk), Infinity);
    expect(whole?.trials).toHaveLength(2);
    // Once for each kind of write, where it comes first: the others are alike.
    const places = disk.steps.flatMap((step, place) => (disk.steps.indexOf(step) === place ? [place] : []));
    expect(places.length).toBeGreaterThan(10);
    const steps = [...disk.steps];
    for (const place of places) {
      const folder = temporaryFolder();
      const world = studyWorld(folder, onDisk);
      const step = steps[place]!;
      const cut = await runWith(world, place);
      expect([step, world.running]).toEqual([step, 0]);
      if (cut !== null) {
        const fault = cut.outcome.ok ? cut.outcome.value.fault : cut.outcome.problem;
        expect([step, fault?.code]).toEqual([step, expect.stringMatching(/^(disk-full|not-usable)$/)]);
        const failed = cut.trials.flatMap(({ verdict }) => verdict.failure?.class ?? []);
        expect([step, failed.filter((one) => one !== "disk-full")]).toEqual([step, []]);
      }
      const again = await runWith(world, Infinity);
      expect([step, again?.outcome.ok]).toEqual([step, true]);
      expect([step, again?.trials.map(({ spec }) => spec.experiment)]).toEqual([step, ["baseline", "wide"]]);
      const unfinished = filesBelow(join(folder, "results")).filter((path) => /\.(partial|writing)-|\.lock/.test(path));
      expect([step, unfinished]).toEqual([step, []]);
    }
  });

  it(`planted: ${ownFaults.spoolFull.injected}`, async () => {
    disk.spoolIsFull = true;
    const world = studyWorld(temporaryFolder(), onDisk);
    const cut = await runWith(world, Infinity).finally(() => (disk.spoolIsFull = false));
    expect(cut?.trials.map(({ verdict }) => verdict.failure?.class)).toEqual(["disk-full", "disk-full"]);
    expect(world.running).toBe(0);
  });
});
