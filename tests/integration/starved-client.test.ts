import { availableParallelism } from "node:os";
import { beforeAll, expect, it } from "vitest";
import { useStartedPrograms } from "../support/started-programs.ts";

/**
 * A client that shares its core with programs that never rest, and an engine that has another core for itself. That a
 * quiet client passes is in the tests of the checks: here it is unknown what else runs.
 */
const engineCore = ["taskset", "-c", "0"];
const clientCore = ["taskset", "-c", "1"];
const busyPrograms = 3;

// Pinning is Linux's, and two cores are what it needs.
const possible = process.platform === "linux" && availableParallelism() >= 2;
if (!possible && process.env["CI"]) throw new Error("the CI's machine has to be a Linux with two cores");

const programs = useStartedPrograms();
let engine: string;
beforeAll(async () => {
  if (possible) engine = await programs.startEngine([], engineCore);
});

it.skipIf(!possible)(
  "calls a trial INVALID whose client did not get its core, with the figure and the remedy",
  async () => {
    for (let count = 0; count < busyPrograms; count += 1)
      programs.start([...clientCore, "sh", "-c", "while :; do :; done"]);
    const flags = ["--concurrency", "64", "--requests", "400", "--output-tokens", "128"];
    const { code, verdict } = await programs.bench(engine, flags, clientCore).ended;
    expect([code, verdict.status, verdict.reason]).toEqual([4, "INVALID", expect.stringMatching(/^client-bound: /)]);
    const failed = verdict.checks.find(({ id }) => id === "client-bound");
    expect(failed?.value).toBeGreaterThan(failed?.limit as number);
    expect(failed?.remedy).toMatch(/cores.*another host.*workers/);
  },
);
