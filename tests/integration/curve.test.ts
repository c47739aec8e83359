import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { eventsOf, makeStudyFolder, runCli, storedTrials } from "../support/cli.ts";
import { expectMeasured } from "../support/measured.ts";

// Two requests at a time, of some 60 ms each: 16 in flight wait for about 400 ms, 4 for one turn.
const matrix = `
study: curve
question: How many requests in flight does it take?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { id: small, knobs: { max_num_seqs: 2, max_num_batched_tokens: 2048 } }
design: { kind: curve }
workloads:
  - workload: w
    scenario: closed
    prompt: tokens
    dataset: { kind: synthetic, input_tokens: 16, output_tokens: 8 }
    warmup: { requests: 2 }
    counts: { smoke: { requests: 16, seconds: 0 } }
sweep: { load.concurrency: [64, 16, 4, 1] }
stop: { ttft_mean_ms: 250, failed_share: 0.5 }
fidelity: smoke
repeats: 1
`;
const study = makeStudyFolder({ "matrices/curve.yaml": matrix });
afterAll(() => study.remove());

it("measures a curve in one launch from the lowest load up, ends it by the stop rule, and says what it showed", async () => {
  const plan = await runCli(["plan", "matrices/curve.yaml"], study.folder);
  expect(plan.stdout).toContain(
    "Order: returning, each curve from its lowest load up, since `stop` may end it, seed 20260101; 5 trials: small·c1, small·c4, small·c16, small·c64, small·c1",
  );
  const answer = await runCli(["run", "matrices/curve.yaml", "--json"], study.folder);
  const trials = storedTrials(study.folder, "curve").toSorted(
    (left, right) => left.trial.spec.position - right.trial.spec.position,
  );
  expectMeasured(answer, trials);
  expect(trials.map(({ trial }) => trial.spec.experiment)).toEqual(["small·c1", "small·c4", "small·c16", "small·c1"]);
  const events = eventsOf(answer.stdout);
  const why = "the stop rule ended the curve at 16 in flight: ttft_mean_ms";
  expect(events.filter(({ code }) => code === "stopped").map(({ message }) => message)).toEqual([
    expect.stringContaining(`small·c64: not run, since ${why}`),
  ]);
  expect(new Set(trials.map(({ trial }) => trial.launch_id)).size).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: "summary", trials: { failed: 0, skipped: 1 } });

  const report = readFileSync(join(study.folder, "reports/out/curve.md"), "utf8");
  expect(report).toMatch(/\| small .*(knee at \d+ in flight|no knee: )/);
  expect(report).toContain("`ttft_mean_ms: 250, failed_share: 0.5` ends a curve of w");
  expect(report).toMatch(/\| small·c64 .*\| SKIPPED/);
  expect(report).toContain(why);
  expect(report).toContain("--repeats 1\n");

  const again = await runCli(["run", "matrices/curve.yaml", "--json"], study.folder);
  expect(eventsOf(again.stdout).filter(({ type }) => type === "trial-end")).toEqual([]);
  expect(eventsOf(again.stdout).at(-1)).toEqual(events.at(-1));
});
