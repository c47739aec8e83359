import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { runLoad, type LoadOptions } from "../../src/client/index.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { makeStudyFolder, runCli } from "../support/cli.ts";
import { completionEvents, loadOptions, someSamples, someWorkload } from "../support/completions.ts";
import { measuredCodes } from "../support/measured.ts";
import { held, type HeldObservation } from "../support/observations.ts";
import { useStartedPrograms } from "../support/started-programs.ts";
import { eventually, startStreamServer, type Reply, type StreamServer } from "../support/stream-server.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const programs = useStartedPrograms();
let server: StreamServer;
afterEach(() => server.close());

const quick = (): Reply => ({ pieces: completionEvents(3), gapMs: 1 });
const slow = (): Reply => ({ pieces: completionEvents(400), gapMs: 10 });

function options(workload: Partial<Workload>, changes: Partial<LoadOptions> = {}): LoadOptions {
  return loadOptions(server.url, {
    samples: someSamples(50),
    requests: 60,
    workload: someWorkload(workload),
    spoolFolder: temporaryFolder(),
    ...changes,
  });
}

async function load(workload: Partial<Workload>, changes: Partial<LoadOptions> = {}): Promise<HeldObservation> {
  const outcome = await runLoad(options(workload, changes));
  if (!outcome.ok) throw new Error(`${outcome.problem.code}: ${outcome.problem.message}`);
  return held(outcome.value);
}

/** The worker processes that this one has. */
function workerPids(): number[] {
  const children = readdirSync(`/proc/${process.pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${process.pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("load-worker"));
}

const open: Partial<Workload> = { scenario: "open", arrivals: { kind: "poisson" } };

describe("a load of two workers", () => {
  it("is the load of one: the same requests at the same due times from one start, and nothing left over", async () => {
    server = await startStreamServer(quick);
    const one = await load({ ...open, load: { rate: 60 } });
    const told: number[] = [];
    const two = await load({ ...open, load: { rate: 60, workers: 2 } }, { onProgress: ({ done }) => told.push(done) });
    const planned = ({ requests }: HeldObservation) =>
      requests.map(({ index, sample, scheduledNs, text, error }) => ({ index, sample, scheduledNs, text, error }));
    expect(planned(two)).toEqual(planned(one));
    expect(two.tokenRows).toHaveLength(180);
    for (const { scheduledNs, sentNs } of two.requests) expect(sentNs).toBeGreaterThanOrEqual(scheduledNs!);
    expect(two.window.endNs).toBe(Math.max(...two.requests.map(({ lastTokenNs }) => lastTokenNs!)));
    expect(two.inFlight.heldMax).toBeGreaterThan(0);
    expect(two.clientCpuS).toBeGreaterThan(0);
    expect(told.at(-1)).toBe(60);
    expect(workerPids()).toEqual([]);
    expect(await eventually(() => server.sockets() === 0)).toBe(true);
  });

  it("holds in a closed loop what was asked for, warm-up and all", async () => {
    server = await startStreamServer(quick);
    const seen = await load({ load: { concurrency: 5, workers: 2, order: "shuffled" }, warmupRequests: 3 });
    const one = await load({ load: { concurrency: 5, order: "shuffled" }, warmupRequests: 3 });
    const sorted = ({ requests }: HeldObservation, phase: string) =>
      requests
        .filter((request) => request.phase === phase)
        .map(({ sample }) => sample)
        .toSorted((a, b) => a - b);
    expect(sorted(seen, "measure")).toEqual(sorted(one, "measure"));
    // The first wave is the same; how many more it takes until both are ready is not.
    expect(sorted(seen, "warmup").length).toBeGreaterThanOrEqual(9);
    expect(seen.requests.map(({ index }) => index)).toEqual(Array.from(seen.requests, (_, index) => index));
    expect(seen.requests.filter(({ phase }) => phase === "warmup").some(({ endNs }) => endNs > 0)).toBe(true);
    expect(seen.requests.every(({ phase, sentNs }) => phase === "warmup" || sentNs >= 0)).toBe(true);
    expect(seen.inFlight).toMatchObject({ asked: 5, heldMax: 5 });
    expect(seen.inFlight.heldMean).toBeGreaterThan(4);
    expect(server.maxOpen()).toBe(5);
  });

  it("fails as a whole where a worker is killed, and tells no secret on the way", async () => {
    server = await startStreamServer(slow);
    const plain = options({ load: { concurrency: 4, workers: 2 } });
    const running = runLoad({
      ...plain,
      endpoint: {
        ...plain.endpoint,
        access: { headers: { authorization: "Bearer sk-secret-7" }, secrets: ["sk-secret-7"] },
      },
    });
    expect(await eventually(() => server.openNow() === 4)).toBe(true);
    const pids = workerPids();
    expect(pids).toHaveLength(2);
    expect(server.requests.every(({ headers }) => headers["authorization"] === "Bearer sk-secret-7")).toBe(true);
    for (const pid of pids) {
      for (const what of ["cmdline", "environ"]) {
        expect(readFileSync(`/proc/${pid}/${what}`, "utf8")).not.toContain("sk-secret-7");
      }
    }
    process.kill(pids[1]!, "SIGKILL");
    const outcome = await running;
    expect(outcome).toMatchObject({ ok: false, problem: { code: "client-worker-died" } });
    expect(!outcome.ok && outcome.problem.message).toMatch(/load worker [12] of 2 ended with SIGKILL/);
    expect(workerPids()).toEqual([]);
  });

  it("stops when it is told to: what is open comes back as cut off", async () => {
    server = await startStreamServer(slow);
    const stop = new AbortController();
    const running = load({ load: { concurrency: 4, workers: 2 } }, { signal: stop.signal });
    expect(await eventually(() => server.openNow() === 4)).toBe(true);
    stop.abort();
    const { requests } = await running;
    expect(requests.map(({ error }) => error)).toEqual(Array(4).fill("cut off: the run was stopped"));
    expect(workerPids()).toEqual([]);
  });

  it("watches the engine's queue with the counts of all", async () => {
    server = await startStreamServer(() => ({ pieces: completionEvents(3), gapMs: 60 }));
    const offline: Partial<Workload> = { scenario: "offline", load: { max_in_flight: 4, workers: 2 } };
    const full = await load(offline, { requests: 24, queueProbe: async () => ({ waiting: 3, running: 1 }) });
    expect(full.queueRanEmpty).toBe(false);
    expect(full.series.map(({ name }) => name)).toEqual(["requests_waiting", "requests_running"]);
    const starved = await load(offline, { requests: 24, queueProbe: async () => ({ waiting: 0, running: 4 }) });
    expect(starved.queueRanEmpty).toBe(true);
  });
});

describe("a tail budget over two workers", () => {
  /** Of the first six requests three are answered, the last of them when the others are open; they never end. */
  const threeAnswers = ({ index }: { index: number }): Reply =>
    [0, 1, 5].includes(index) ? { pieces: completionEvents(2) } : { pieces: completionEvents(1), hang: true };
  const schedule: Partial<Workload> = { ...open, arrivals: { kind: "constant" }, load: { rate: 50, workers: 2 } };

  it("is of the whole: given up when all of them together have spent it, and what was in flight is no failure", async () => {
    server = await startStreamServer(threeAnswers);
    // No worker has three of its own: the odd ones and the even ones are dealt to two.
    const seen = await load(schedule, { requests: 200, tailBudgets: [{ allowed: () => 2, missed: () => true }] });
    const answered = seen.requests.filter(({ cancelled }) => !cancelled);
    expect(seen.gaveUp).toEqual({
      missed: 3,
      allowed: 2,
      atNs: Math.max(...answered.map(({ endNs }) => endNs)),
      lastDueNs: (199 / 50) * 1e9,
    });
    expect(answered).toHaveLength(3);
    expect(seen.requests.every(({ error }) => error === null)).toBe(true);
    expect(seen.requests.length).toBeGreaterThan(5);
    expect(seen.requests.length).toBeLessThan(150);
    expect(server.requests).toHaveLength(seen.requests.length);
    expect(workerPids()).toEqual([]);
  });

  it("takes the allowance from the whole schedule, asks of every measured request, and says nothing within it", async () => {
    server = await startStreamServer(quick);
    const asked: number[] = [];
    const allowances: number[] = [];
    const budget = {
      allowed: (requests: number) => (allowances.push(requests), requests - 1),
      missed: ({ sample }: { sample: number }) => asked.push(sample) > 1,
    };
    const seen = await load({ ...schedule, load: { rate: 60, workers: 2 } }, { tailBudgets: [budget] });
    expect(seen.gaveUp).toBeNull();
    expect(allowances).toEqual([60]);
    expect(asked.toSorted((a, b) => a - b)).toEqual(
      seen.requests.map(({ sample }) => sample).toSorted((a, b) => a - b),
    );
    expect(seen.requests.every(({ cancelled }) => !cancelled)).toBe(true);
  });
});

describe("cores of a load", () => {
  it("are those that the workers run on", async () => {
    server = await startStreamServer(slow);
    const stop = new AbortController();
    const running = load({ load: { concurrency: 2, workers: 2, cores: [0] } }, { signal: stop.signal });
    expect(await eventually(() => server.openNow() === 2)).toBe(true);
    const allowed = workerPids().map(
      (pid) => /Cpus_allowed_list:\s*(.*)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1],
    );
    expect(allowed).toEqual(["0", "0"]);
    stop.abort();
    await running;
  });

  it("are refused where this machine has none such, and chunks where there are several workers", async () => {
    server = await startStreamServer(quick);
    const code = async (workload: Partial<Workload>): Promise<string> => {
      const outcome = await runLoad(options(workload));
      return outcome.ok ? "ok" : outcome.problem.code;
    };
    expect(await code({ load: { concurrency: 2, cores: [4000] } })).toBe("core-not-there");
    expect(await code({ scenario: "offline", load: { batch_size: 4, workers: 2 } })).toBe("chunks-need-one-worker");
    expect(await code({ scenario: "multi_stream", load: { workers: 2 } })).toBe("queries-need-one-worker");
    expect(server.requests).toHaveLength(0);
  });
});

describe("ceteris bench --workers", () => {
  it("measures the simulated engine from two processes, and says so in the matrix that it prints", async () => {
    server = await startStreamServer(quick);
    const place = makeStudyFolder();
    try {
      // At its own pace: of requests of 3 ms, what passes between two is a tenth on two cores.
      const address = await programs.startEngine(["--served-model-name", "m"]);
      const args = ["bench", `http://${address}`, "--requests", "200", "--concurrency", "8", "--output-tokens", "16"];
      const { code, stdout, stderr } = await runCli([...args, "--workers", "2"], place.folder);
      expect(measuredCodes, stderr).toContain(code);
      expect(stdout).toContain("200 sent, 200 finished, 0 failed");
      expect(stdout).toContain("load: { concurrency: 8, workers: 2 }");
    } finally {
      place.remove();
    }
  });
});
