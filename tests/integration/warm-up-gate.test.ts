import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runLoad } from "../../src/client/index.ts";
import { makeStudyFolder, runCli, storedTrials } from "../support/cli.ts";
import { completionEvents, loadOptions, someWorkload } from "../support/completions.ts";
import { expectMeasured } from "../support/measured.ts";
import { startStreamServer, type StreamServer } from "../support/stream-server.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const matrix = (study: string, gate: string, more: string) => `
study: ${study}
question: Does a duel on a warm engine hold?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 4, max_num_batched_tokens: 2048 } }
workloads:
  - scenario: closed
    prompt: tokens
    load: { concurrency: 4 }
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 64 }, output_tokens: { distribution: fixed, value: 8 } }
    warmup: { requests: 4, until_steady: ${gate} }
    counts: { smoke: { requests: 24, seconds: 0, repeats: 2 } }
fidelity: smoke
${more}
`;

interface Checked {
  verdict: { status: string; checks: { id: string; status: string; value: number; message: string }[] };
  spec: { experiment: string; block: number; position: number; seeds: { load: number } };
  measurements: { metric: string; stat: string; value: number; interval?: { lower: number; upper: number } | null }[];
}

let study: ReturnType<typeof makeStudyFolder>;
const trialsOf = (name: string): Checked[] =>
  storedTrials(study.folder, name)
    .map(({ trial }) => trial as unknown as Checked)
    .toSorted((left, right) => left.spec.position - right.spec.position);

describe("a duel with a gated warm-up on the simulated engine", () => {
  beforeAll(() => {
    study = makeStudyFolder({
      "matrices/warm.yaml": matrix(
        "warm",
        // A simulated step is as long as the machine lets it be.
        "{ cv: 0.5, over: 15, longest_s: 30 }",
        "design: { kind: duel, b: { id: seqs2, set: { max_num_seqs: 2 } }, rounds: 2 }",
      ),
      "matrices/cold.yaml": matrix(
        "cold",
        // Long enough for 15 requests on a busy machine.
        "{ cv: 0.0000001, over: 15, longest_s: 4 }",
        "design: { kind: duel, b: { id: seqs2, set: { max_num_seqs: 2 } }, rounds: 1 }",
      ),
    });
  });
  afterAll(() => study.remove());

  it("warms each trial up, takes turns, asks both the same, and stores intervals", async () => {
    const answer = await runCli(["run", "matrices/warm.yaml", "--json"], study.folder);
    const trials = trialsOf("warm");
    expect(trials).toHaveLength(4);
    expectMeasured(answer, storedTrials(study.folder, "warm"));
    for (const { verdict } of trials) {
      expect(verdict.checks.find(({ id }) => id === "warmed-up")).toMatchObject({ status: "pass" });
    }
    const [one, two, three, four] = trials.map(({ spec }) => spec);
    expect([three!.experiment, four!.experiment]).toEqual([two!.experiment, one!.experiment]);
    expect(one!.seeds).toEqual(two!.seeds);
    expect(one!.seeds.load).not.toBe(three!.seeds.load);
    // Where a trial's requests are too much alike to be worth enough independent ones, it has no interval: how many have one is the machine's.
    const intervals = trials.flatMap(({ measurements }) => measurements).filter(({ interval }) => interval);
    for (const { value, interval } of intervals) {
      expect(interval!.lower).toBeLessThanOrEqual(value);
      expect(interval!.upper).toBeGreaterThanOrEqual(value);
    }
    const asked = "SELECT count(*) AS n FROM measurements WHERE interval_lower <= value AND value <= interval_upper";
    const query = await runCli(["query", asked, "--format", "json"], study.folder);
    expect(query.code).toBe(0);
    expect(Number(/"n": ?"?(\d+)/.exec(query.stdout)?.[1])).toBe(intervals.length);
  });

  it("is INVALID, with the figure, where it is never steady", async () => {
    await runCli(["run", "matrices/cold.yaml", "--json"], study.folder);
    const trials = trialsOf("cold");
    expect(trials).toHaveLength(2);
    for (const { verdict } of trials) {
      expect(verdict.status).toBe("INVALID");
      // On a busy machine the reason may be the client's, which comes first.
      expect(verdict.checks.find(({ id }) => id === "warmed-up")).toMatchObject({
        status: "fail",
        message: expect.stringMatching(/^not steady after the longest wait of 4 s: block means .* differ by/),
      });
    }
  });
});

describe("a gated warm-up of two workers", () => {
  const temporaryFolder = useTemporaryFolders();
  let server: StreamServer;
  afterEach(() => server.close());

  it("ends each worker's part by its own gate, and is as steady as the worst", async () => {
    server = await startStreamServer(() => ({ pieces: completionEvents(3), gapMs: 1 }));
    const workload = someWorkload({
      load: { concurrency: 4, workers: 2 },
      warmupUntilSteady: { cv: 50, over: 15, longestS: 20 },
    });
    const outcome = await runLoad(loadOptions(server.url, { workload, requests: 8, spoolFolder: temporaryFolder() }));
    if (!outcome.ok) throw new Error(outcome.problem.message);
    const phases = [...outcome.value.requests].map(({ phase }) => phase);
    expect(outcome.value.warmUp).toMatchObject({ steady: true });
    expect(phases.filter((phase) => phase === "warmup").length).toBeGreaterThan(outcome.value.warmUp!.requests);
    expect(outcome.value.warmUp!.requests).toBeGreaterThanOrEqual(30);
    expect(phases.filter((phase) => phase === "measure")).toHaveLength(8);
    outcome.value.release();
  });
});
