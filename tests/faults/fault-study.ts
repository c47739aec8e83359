import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { runCli, storedTrials } from "../support/cli.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";
import { leftIn } from "../support/temporary-folder.ts";

/** Exit codes of a run that measured all: on a busy machine the client of a short trial may be starved, which is INVALID. */
export const measuredCodes = [0, 4];

/** A study of rows that are alike but for `max_num_seqs`; of about three seconds of load a trial where `long`, else of at least `seconds`. */
export function faultStudy(
  study: string,
  rows: number,
  { repeats = 1, long = false, load = "", seconds = 0 } = {},
): string {
  const sizes = Array.from({ length: rows - 1 }, (_, row) => 5 + row);
  return simulatedMatrix({
    study,
    knobs: "{ max_num_seqs: 4, max_num_batched_tokens: 2048 }",
    changes: sizes.map((size) => `{ id: seqs${size}, set: { max_num_seqs: ${size} } }`).join(", "),
    workload: `
scenario: closed
load: { concurrency: 4${load} }
prompt: tokens
${long ? syntheticDataset(64, 64) : syntheticDataset(16, 4)}
warmup: { requests: 2 }
counts: { smoke: { requests: ${long ? 20 : 12}, seconds: ${seconds}, repeats: ${repeats} } }`,
    repeats,
  });
}

interface StoredLaunch {
  id: string;
  ended_at: string | null;
  failure: { class: string } | null;
  notices?: string[];
  port: number;
}

/** The launches of a study, in their order. A run that was killed before the engine's process was there leaves a folder without a record. */
export function storedLaunches(folder: string, study: string): StoredLaunch[] {
  const launches = join(folder, "results", study, "launches");
  const records = readdirSync(launches).map((name) => join(launches, name, "launch.json"));
  return records
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, "utf8")) as StoredLaunch);
}

/** Processes that were started in the folder: runs, engines, and whatever these started. */
export function processesIn(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false; // ended meanwhile, or another user's
      }
    });
}

/** Names of files and folders that a run leaves only where it was cut off. */
const unfinished = /^\.(partial-|writing-|lock|send\.lock)|\.stale/;

/** No process, no launch without an end, no file that is half written. `folder` is also the temporary folder of the run. */
export function expectNothingLeft(folder: string, study: string): void {
  expect(processesIn(folder)).toEqual([]);
  expect(storedLaunches(folder, study).filter((launch) => launch.ended_at === null)).toEqual([]);
  const files = readdirSync(join(folder, "results"), { recursive: true }) as string[];
  expect(files.filter((path) => unfinished.test(path.slice(path.lastIndexOf("/") + 1)))).toEqual([]);
  const temporary = join(folder, "tmp");
  if (existsSync(temporary)) expect(leftIn(temporary)).toEqual([]);
}

/** Every trial that was planned is there once, in the folders and in DuckDB, and all manifests hold. `trials`: by study. */
export async function expectWhole(folder: string, trials: Readonly<Record<string, number>>): Promise<void> {
  for (const [study, planned] of Object.entries(trials)) {
    const ids = storedTrials(folder, study).map(({ trial }) => trial.spec.trial_id);
    expect([study, ids.length, new Set(ids).size]).toEqual([study, planned, planned]);
  }
  const verified = await runCli(["verify"], folder);
  expect([verified.code, verified.stderr]).toEqual([0, ""]);
  const sql = "SELECT study, count(*)::INTEGER AS n, count(DISTINCT trial_id)::INTEGER AS d FROM trials GROUP BY study";
  const counted = await runCli(["query", sql, "--format", "json"], folder);
  const rows = JSON.parse(counted.stdout) as { study: string; n: number; d: number }[];
  for (const [study, planned] of Object.entries(trials))
    expect(rows.find((row) => row.study === study)).toEqual({ study, n: planned, d: planned });
}
