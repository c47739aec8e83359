import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realProcesses } from "../../src/world/processes.ts";
import { makeStudyFolder, repository, runCli, storedTrials } from "../support/cli.ts";
import { expectMeasured } from "../support/measured.ts";
import { pythonEnvironment } from "../support/python-environment.ts";

/**
 * Lengths between 50 and 50: what the engine reports of each request has to be that and nothing else. Answers that are long
 * enough to be kept in flight on a machine that gives its cores to others.
 */
const matrix = `
study: exact
question: Does a real tokenizer count what is asked for?
sut: { engine: llama-cpp, model: tiny.gguf }
baseline: { knobs: { n_threads: 1, n_parallel: 1, n_ctx: 2048 } }
design: { kind: isolation, changes: [{ id: slots2, set: { n_parallel: 2 } }] }
workloads:
  - workload: tiny
    scenario: closed
    endpoint: completions
    prompt: text
    prompt_lengths: engine
    unique: true
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 50 }, output_tokens: { distribution: fixed, value: 128 } }
    load: { concurrency: 2 }
    warmup: { requests: 2 }
    counts: { smoke: { requests: 96, seconds: 0 } }
fidelity: smoke
repeats: 1
order: declared
`;

const environment = await pythonEnvironment("llama-cpp");
const skipped = "reason" in environment ? `, skipped: ${environment.reason}` : "";

describe.skipIf("reason" in environment)(`prompts by the tokenizer of a real llama.cpp${skipped}`, () => {
  let study: ReturnType<typeof makeStudyFolder>;
  beforeAll(async () => {
    study = makeStudyFolder({ "matrices/exact.yaml": matrix });
    const python = join("folder" in environment ? environment.folder : "", "bin/python");
    const script = join(repository, "scripts/make-tiny-gguf.py");
    const made = await realProcesses.run([python, script, join(study.folder, "tiny.gguf")], { timeoutMs: 60_000 });
    if (made.code !== 0) throw new Error(made.stderr);
  });
  afterAll(() => study.remove());

  it("have exactly the tokens that were asked for", async () => {
    const answer = await runCli(["run", "matrices/exact.yaml", "--only", "baseline", "--json"], study.folder);
    const stored = storedTrials(study.folder, "exact");
    expect(stored).toHaveLength(1);
    expectMeasured(answer, stored);
    const sql = `SELECT prompt_tokens, count(*) AS requests FROM requests
      WHERE study = 'exact' AND phase = 'measure' GROUP BY ALL`;
    const found = await runCli(["query", sql, "--format", "json"], study.folder);
    expect(JSON.parse(found.stdout)).toEqual([{ prompt_tokens: 50, requests: 96 }]);
  });
});
