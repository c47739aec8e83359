import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { calibrate } from "../../../src/client/calibration/index.ts";
import { levelOf, putLoad } from "../../../src/client/calibration/null-load.ts";
import { nullServerScript } from "../../../src/client/calibration/null-server.ts";
import { fail } from "../../../src/schema/result.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import type { World } from "../../../src/world/world.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const world = realWorld();
const temporaryFolder = useTemporaryFolders();
const signal = new AbortController().signal;

describe("the null server", () => {
  it("writes each token on its schedule, and tells when it did, by a clock that the client reads too", async () => {
    let port = 0;
    const { promise: listening, resolve } = Promise.withResolvers<void>();
    const server = await world.processes.follow([world.processes.self.node, nullServerScript], (line) => {
      port = Number(line.replace("ready ", ""));
      resolve();
    });
    if (!server.ok) throw new Error(server.problem.message);
    try {
      await listening;
      const load = { streams: 4, requests: 8, tokens: 20, firstNs: 5e6, gapNs: 2e6 };
      const seen = await putLoad(world, port, load, signal);
      if (!seen.ok) throw new Error(seen.problem.message);
      const { observation, truth } = seen.value;
      const written = Object.values(truth.written_ns);
      expect(written.map((times) => times.length)).toEqual(Array.from({ length: 8 }, () => 20));
      // On an absolute schedule no token comes before its time, however late the one before it was.
      const aheadNs = Number(BigInt(observation.clock.monotonicStartNs) - BigInt(truth.origin_ns));
      for (const { sample, sentNs } of observation.requests) {
        const last = truth.written_ns[sample]!.at(-1)!;
        expect(last - (sentNs + aheadNs)).toBeGreaterThan(load.firstNs + 19 * load.gapNs - 1e6);
      }
      expect([...observation.requests].map(({ outputTokens }) => outputTokens)).toEqual(written.map(() => 20));
      const level = levelOf(2000, seen.value);
      expect(level.delayMs.p50).toBeGreaterThan(0);
      expect(level.delayMs.p50).toBeLessThan(level.delayMs.max + 1e-9);
      expect(level.tokensPerS).toBeLessThan(2 * 2000);
      // What was told is told once.
      const again = await putLoad(world, port, { ...load, requests: 1 }, signal);
      expect(again.ok && Object.keys(again.value.truth.written_ns)).toEqual(["0"]);
    } finally {
      await server.value.stop();
    }
  });
});

describe("a calibration that is kept", () => {
  const build = "0.1.0 abc";
  const then = "2026-01-01T00:00:00.000Z";
  const hourLater = "2026-01-01T01:00:00.000Z";
  /** In which no null server can be started; `asked` is told the files that are looked for. */
  const closed = (wall: string, changes: Partial<World["machine"]> = {}, asked?: (path: string) => void): World => ({
    ...world,
    clock: { ...world.clock, wall: () => wall },
    machine: { ...world.machine, ...changes },
    processes: { ...world.processes, follow: async () => fail("program-not-started", "no node", "") },
    files: {
      ...world.files,
      readText(path) {
        asked?.(path);
        return world.files.readText(path);
      },
    },
  });

  it("is all that is taken where nothing is to be measured", async () => {
    const found = await calibrate(closed(then), { cacheFolder: temporaryFolder(), build, keptOnly: true, signal });
    expect(found).toEqual({ skipped: expect.stringContaining("`ceteris run` makes one"), measured: null });
  });

  it("is used for a day with its age, and of this machine and build alone", async () => {
    const cacheFolder = temporaryFolder();
    let file = "";
    const note = (path: string): void => {
      if (path.startsWith(cacheFolder)) file = path;
    };
    const nothing = await calibrate(closed(then, {}, note), { cacheFolder, build, signal });
    expect(nothing).toMatchObject({ measured: null, skipped: "the client could not be calibrated: no node" });

    const kept = { measured_at: then, age_s: 0, cpu_per_token_us: 7, ended_by: "client", levels: [] };
    const text = JSON.stringify({ format: "ceteris.calibration/1", calibration: kept });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const ask = async (at: World, of = build) => (await calibrate(at, { cacheFolder, build: of, signal })).measured;
    expect(await ask(closed(hourLater))).toEqual({
      measuredAt: then,
      ageS: 3600,
      cpuPerTokenUs: 7,
      endedBy: "client",
      levels: [],
    });
    expect(await ask(closed("2026-01-02T00:00:01.000Z"))).toBeNull();
    expect(await ask(closed(hourLater), "0.1.0 abd")).toBeNull();
    expect(await ask(closed(hourLater, { cpuModel: "another" }))).toBeNull();
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 20));
    expect(await ask(closed(hourLater))).toBeNull();
  });
});
