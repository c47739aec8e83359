import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import type { Reply } from "../support/hosted-server.ts";
import { eventsOf, makeStudyFolder, processesNaming, startCli, until } from "../support/cli.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";
import { startStreamServer } from "../support/stream-server.ts";

/** A run that its user ends while the server no longer answers: it must not wait for answers that will not come. */
const matrix = simulatedMatrix({
  study: "hung",
  knobs: "{ max_num_seqs: 4 }",
  changes: "{ id: seqs16, set: { max_num_seqs: 16 } }",
  workload: `
scenario: closed
load: { concurrency: 4 }
prompt: tokens
${syntheticDataset(64, 64)}
counts: { smoke: { requests: 4000, seconds: 0 } }`,
});

/** Well under 2 s on a machine with time to spare; it was 32 s and more. */
const longestMs = 10_000;

const study = makeStudyFolder({ "matrices/hung.yaml": matrix });
afterAll(() => study.remove());

async function endedAfter(running: ReturnType<typeof startCli>, signal: "SIGINT" | "SIGTERM") {
  const startMs = performance.now();
  process.kill(running.child.pid!, signal);
  const { code } = await running.ended;
  return { code, tookMs: performance.now() - startMs };
}

it("ends at once, and its engine with it, though the engine heeds nothing", async () => {
  const running = startCli(["run", "matrices/hung.yaml", "--json"], study.folder);
  const isUnderLoad = () =>
    eventsOf(running.stdout()).some((event) => event["type"] === "progress" && event["phase"] === "measure");
  await until(isUnderLoad);
  const launches = join(study.folder, "results/hung/launches");
  const [launch = ""] = readdirSync(launches);
  const record = JSON.parse(readFileSync(join(launches, launch, "launch.json"), "utf8")) as {
    process_group: { pid: number };
  };
  // Stopped, it answers no question and takes no signal but SIGKILL.
  process.kill(-record.process_group.pid, "SIGSTOP");
  await wait(2500);
  const { code, tookMs } = await endedAfter(running, "SIGINT");
  expect(code).toBe(130);
  expect(tookMs).toBeLessThan(longestMs);
  expect(processesNaming(study.folder)).toEqual([]);
});

it("ends at once where a server that somebody else started hangs", async () => {
  const models = JSON.stringify({ object: "list", data: [{ id: "tiny" }] });
  let hangs = false;
  const server = await startStreamServer(({ path }): Reply => {
    hangs ||= path === "/v1/completions";
    if (hangs) return { pieces: [], hang: true };
    return path === "/v1/models"
      ? { pieces: [models], contentType: "application/json" }
      : { status: 404, pieces: ["{}"] };
  });
  const running = startCli(["bench", server.url, "--concurrency", "4", "--requests", "40", "--json"], study.folder);
  await until(() => server.requests.some(({ path }) => path === "/v1/completions"));
  await wait(1500);
  const { code, tookMs } = await endedAfter(running, "SIGTERM");
  await server.close();
  expect(code).toBe(130);
  expect(tookMs).toBeLessThan(longestMs);
});
