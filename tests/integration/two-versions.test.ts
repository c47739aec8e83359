import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { eventsOf, makeStudyFolder, runCli, storedTrials } from "../support/cli.ts";
import { syntheticDataset } from "../support/simulated-matrix.ts";

const version = (number: string, more: string): string => `extends: simulated
version: ${number}
variables: { CETERIS_SIMULATED_VERSION: ${number} }
${more}`;

const matrix = `study: two-versions
question: Is 0.33 faster than 0.32?
sut: { engine: sim-32, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 4, max_num_batched_tokens: 2048 } }
design:
  kind: duel
  a: { id: v32 }
  b: { id: v33, set: { sut.engine: sim-33 }, knobs: { max_num_seqs: 4, token_budget: 2048 } }
workloads:
  - workload: w
    scenario: offline
    prompt: tokens
    ${syntheticDataset(64, 8)}
    warmup: { requests: 2 }
    counts: { smoke: { requests: 16, seconds: 0 } }
fidelity: smoke
`;

/** What the test reads of a trial.json. */
interface StoredTrial {
  spec: { experiment: string };
  provenance: { engine: { [fact: string]: string } };
  knobs: { [knob: string]: number };
}

const study = makeStudyFolder({
  "matrices/two-versions.yaml": matrix,
  "sut/sim-32.yaml": version("0.32.0", ""),
  // A knob that only the newer has, and which is a flag that the simulated engine takes.
  "sut/sim-33.yaml": version("0.33.0", "knobs: { token_budget: { flag: --max-num-batched-tokens, type: int } }\n"),
});
afterAll(() => study.remove());

it("launches both versions of a duel, each with its own knobs, and reports them side by side", async () => {
  const plan = await runCli(["plan", "matrices/two-versions.yaml"], study.folder);
  expect(plan.stdout).toContain("v32: simulated vLLM 0.32.0, meta-llama/Llama-3.1-8B-Instruct");
  expect(plan.stdout).toContain("v33: simulated vLLM 0.33.0, meta-llama/Llama-3.1-8B-Instruct");
  expect(plan.stderr).toMatch(/info\[engines-differ\]: sim-33 against sim-32: .*variables \(CETERIS_SIMULATED_VERSION/);

  const answer = await runCli(["run", "matrices/two-versions.yaml", "--json"], study.folder);
  const ended = eventsOf(answer.stdout).filter(({ type }) => type === "trial-end");
  expect(ended.map(({ status }) => status === "FAILED")).toEqual([false, false]);
  const trials = storedTrials(study.folder, "two-versions").map(({ trial }) => trial as unknown as StoredTrial);
  const found = trials.map(({ spec, provenance, knobs }) => [
    spec.experiment,
    provenance.engine["name"],
    provenance.engine["version"],
    provenance.engine["declared_version"],
    knobs["token_budget"] ?? null,
  ]);
  expect(found.toSorted()).toEqual([
    ["v32", "sim-32", "0.32.0", "0.32.0", null],
    ["v33", "sim-33", "0.33.0", "0.33.0", 2048],
  ]);

  // Two engines in one block are no interruption: nothing is left to do.
  const again = await runCli(["run", "matrices/two-versions.yaml", "--dry-run"], study.folder);
  expect(again.stderr).toContain("0 of 2 trials to do");
  const report = readFileSync(join(study.folder, "reports/out/two-versions.md"), "utf8");
  expect(report).toContain("- v32: simulated vLLM 0.32.0, meta-llama/Llama-3.1-8B-Instruct");
  expect(report).toContain("- v33: simulated vLLM 0.33.0, meta-llama/Llama-3.1-8B-Instruct");
  expect(report).not.toContain("confounded: engine");
});
