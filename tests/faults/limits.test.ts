import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsOf, makeStudyFolder, repository, runCli, startCli, storedTrials, until } from "../support/cli.ts";
import { expectNothingLeft, faultStudy, measuredCodes } from "./fault-study.ts";
import { ownFaults } from "./own-faults.ts";

const study = makeStudyFolder({
  "matrices/few.yaml": faultStudy("few", 2),
  "matrices/workers.yaml": faultStudy("workers", 3, { long: true, load: ", workers: 2" }),
});
afterAll(() => study.remove());

/** Runs the program with a limit that a shell sets. */
function runLimited(limit: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const command = `${limit}; exec ${join(repository, "bin/ceteris.sh")} ${args.join(" ")}`;
  const child = spawn("sh", ["-c", command], {
    cwd: study.folder,
    env: { ...process.env, NO_COLOR: "1", MLFLOW_TRACKING_URI: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  return new Promise((done) => void child.once("close", (code) => done({ code, said })));
}

it.for([
  [ownFaults.fewDescriptors.injected, "ulimit -n 24", /too-many-files|ulimit -n 65536/],
  [ownFaults.smallFiles.injected, "ulimit -f 64", /no file may grow that large here|file too large/],
] as const)("planted: %s", async ([, limit, words]) => {
  const { code, said } = await runLimited(limit, ["run", "matrices/few.yaml"]);
  expect([code, said]).toEqual([expect.any(Number), expect.stringMatching(words)]);
  expect([2, 3]).toContain(code);
  expect(said).not.toMatch(/internal error|^\s+at /m);
  const again = await runCli(["run", "matrices/few.yaml", "--retry", "failed"], study.folder);
  expect(measuredCodes).toContain(again.code);
  expectNothingLeft(study.folder, "few");
  rmSync(join(study.folder, "results/few"), { recursive: true });
});

/** The worker processes of a running program. */
function workersOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean))
    .map(Number)
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("load-worker"));
}

describe("a load worker", () => {
  /** What ends a worker, by the row in whose load it is done. */
  const ends: [row: string, end: (pid: number) => void][] = [
    ["baseline", (pid) => process.kill(pid, "SIGKILL")],
    // It has the memory that it has now, and gets no more: V8 aborts.
    ["seqs5", (pid) => void execFileSync("prlimit", ["--pid", String(pid), "--as=1"])],
  ];
  let reasons: Record<string, string> = {};
  beforeAll(async () => {
    const running = startCli(["run", "matrices/workers.yaml", "--json"], study.folder);
    for (const [row, end] of ends) {
      await until(() => {
        const events = eventsOf(running.stdout());
        const begun = events.findLast(({ type }) => type === "trial-start");
        const isLoaded = events.some(
          ({ type, phase, trial }) => type === "progress" && phase === "measure" && trial === begun?.["trial"],
        );
        return begun?.["experiment"] === row && isLoaded && workersOf(running.child.pid!).length === 2;
      });
      end(workersOf(running.child.pid!)[0]!);
    }
    expect((await running.ended).code).toBe(3);
    reasons = Object.fromEntries(
      storedTrials(study.folder, "workers").map(({ trial }) => [trial.spec.experiment, trial.verdict.reason]),
    );
  });

  it(`planted: ${ownFaults.workerDies.injected}`, () => {
    expect(reasons["baseline"]).toMatch(/^client-worker-died: load worker 1 of 2 ended with SIGKILL/);
    expect(reasons["seqs6"]).not.toMatch(/^client-worker-died/);
    expectNothingLeft(study.folder, "workers");
  });

  it(`planted: ${ownFaults.workerOutOfMemory.injected}`, () => {
    expect(reasons["seqs5"]).toMatch(
      /^client-worker-died: load worker 1 of 2 (ran out of memory|ended with SIG(ABRT|TRAP|ILL|SEGV))/,
    );
  });
});
