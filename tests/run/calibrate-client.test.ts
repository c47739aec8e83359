import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { calibrateClient, type PlannedLoad } from "../../src/run/calibrate-client.ts";
import { fail } from "../../src/schema/result.ts";
import { realWorld } from "../../src/world/real-world.ts";
import type { World } from "../../src/world/world.ts";
import { someWorkload } from "../support/completions.ts";
import { specOf } from "../support/judged-trials.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();

/** No null server can be started here, so that a calibration is either kept or there is none. */
function closedWorld(folder: string, kept: object | null): World {
  return {
    ...world,
    variables: { CETERIS_CACHE: folder },
    processes: { ...world.processes, follow: async () => fail("program-not-started", "no node", "") },
    files: {
      ...world.files,
      async readText(path) {
        if (path.startsWith(folder) && kept !== null) {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, JSON.stringify({ format: "ceteris.calibration/1", calibration: kept }));
        }
        return world.files.readText(path);
      },
    },
  };
}

async function calibrated(loads: PlannedLoad[], kept: object | null = null, simulated = false) {
  const notices: string[] = [];
  const record = await calibrateClient(closedWorld(temporaryFolder(), kept), {
    loads,
    simulated,
    signal: new AbortController().signal,
    notice: (code, message) => notices.push(`${code}: ${message}`),
  });
  return { record, notices };
}

const open = (rate: number): PlannedLoad => ({
  spec: specOf(),
  workload: someWorkload({
    name: "chat",
    scenario: "open",
    load: { rate },
    dataset: { kind: "synthetic", output_tokens: { distribution: "uniform", min: 5, max: 15 } },
  }),
});
const known = (endedBy: string) => ({
  measured_at: new Date().toISOString(),
  age_s: 0,
  cpu_per_token_us: 10,
  cpu_per_request_us: 100,
  highest_tokens_per_s: 80_000,
  ended_by: endedBy,
  levels: [],
});

describe("the client before a study", () => {
  it("is left alone where nothing is measured that rests on it, and the trial says why", async () => {
    const smoke = { ...open(10), spec: specOf({ fidelity: "smoke" }) };
    const accuracy = { ...open(10), spec: specOf({ purpose: "accuracy" }) };
    const skipped = async (...given: Parameters<typeof calibrated>) => {
      const { record, notices } = await calibrated(...given);
      expect([record.measured, notices]).toEqual([null, []]);
      return record.skipped;
    };
    expect(await skipped([smoke, accuracy], known("client"))).toMatch(/smoke tests/);
    expect(await skipped([accuracy], known("client"))).toMatch(/measure no performance/);
    expect(await skipped([open(10)], known("client"), true)).toMatch(/a simulated engine/);
  });

  it("tells what it can do, and which rate is beyond it before anything is run", async () => {
    const { record, notices } = await calibrated([open(2000), open(50_000)], known("client"));
    expect(record).toMatchObject({ skipped: null, measured: { cpuPerTokenUs: 10 } });
    expect(notices).toEqual([
      expect.stringMatching(
        /^calibrated: .*10\.0 µs .* token and 100 µs .* request, and stamps 80000 tokens a second within 1 ms/,
      ),
      expect.stringMatching(
        /^client-capacity: chat will be INVALID: 50000 requests a second of 10 tokens need 10 cores/,
      ),
    ]);
  });

  it("is measured for a study that begins with a search: its probes rest on the client too", async () => {
    const probe = { ...open(10), spec: specOf({ purpose: "probe" }) };
    expect((await calibrated([probe], known("client"))).record).toMatchObject({ measured: { cpuPerTokenUs: 10 } });
  });

  it("foretells nothing by a calibration that other work disturbed, or that could not be made", async () => {
    expect((await calibrated([open(50_000)], known("machine"))).notices).toEqual([
      expect.stringContaining("beside the other work of this machine"),
    ]);
    const { record, notices } = await calibrated([open(50_000)]);
    expect(record.measured).toBeNull();
    expect(notices).toEqual(["not-calibrated: the client could not be calibrated: no node"]);
  });
});
