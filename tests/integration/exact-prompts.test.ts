import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStudyFolder, runCli, storedTrials } from "../support/cli.ts";
import { expectMeasured } from "../support/measured.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";

const matrix = (study: string, prompts: string) =>
  simulatedMatrix({
    study,
    knobs: "{ max_num_seqs: 64 }",
    changes: "{ id: seqs32, set: { max_num_seqs: 32 } }",
    workload: `
scenario: closed
endpoint: chat
prompt_lengths: engine
load: { concurrency: 8 }
warmup: { requests: 2 }
counts: { smoke: { requests: 40, seconds: 0 } }
${prompts}`,
  });
const made = `prompt: text\nunique: true\n${syntheticDataset(77, 6)}`;
const recorded = "dataset: { kind: sharegpt, path: ../experiments/sharegpt.json }";
/** Pieces of six characters: "word12" behind a blank is one token. */
const answers = Array.from({ length: 20 }, (_, place) => ({
  conversations: [
    { from: "human", value: `question ${place}` },
    { from: "gpt", value: Array.from({ length: 3 + place }, () => "word12").join(" ") },
  ],
}));

let study: ReturnType<typeof makeStudyFolder>;
beforeAll(() => {
  study = makeStudyFolder({
    "matrices/made.yaml": matrix("made", made),
    "matrices/recorded.yaml": matrix("recorded", recorded),
    "matrices/uncounted.yaml": matrix("uncounted", made).replace("engine: simulated", "engine: uncounted"),
    "sut/uncounted.yaml": "extends: simulated\ntokenize: { path: /nowhere }\n",
    "experiments/sharegpt.json": JSON.stringify(answers),
  });
});
afterAll(() => study.remove());

async function run(name: string) {
  const answer = await runCli(["run", `matrices/${name}.yaml`, "--json"], study.folder);
  const stored = storedTrials(study.folder, name);
  expectMeasured(answer, stored);
  return stored.map(({ trial }) => trial);
}

async function rows(sql: string): Promise<Record<string, number>[]> {
  const answer = await runCli(["query", sql, "--format", "json"], study.folder);
  return JSON.parse(answer.stdout) as Record<string, number>[];
}

describe("lengths on the simulated engine", () => {
  it("are exactly those asked for, with the chat template, and every trial's prompts are its own", async () => {
    const trials = await run("made");
    expect(trials).toHaveLength(2);
    const lengths = await rows(`SELECT DISTINCT prompt_tokens, output_tokens FROM requests
      WHERE study = 'made' AND phase = 'measure'`);
    expect(lengths).toEqual([{ prompt_tokens: 77, output_tokens: 6 }]);
    const report = readFileSync(join(study.folder, "reports/out/made.md"), "utf8");
    expect(report).toContain("each prompt was made to its length as the engine's own tokenizer counts it");
    expect(report).toContain("began with a salt of its own");
  });

  it("of recorded answers are those that the engine counts", async () => {
    await run("recorded");
    const found = await rows(`SELECT DISTINCT sample, output_tokens FROM requests
      WHERE study = 'recorded' AND phase = 'measure' ORDER BY sample`);
    expect(found).toEqual(answers.map((_, place) => ({ sample: place, output_tokens: 3 + place })));
  });

  it("fail the trial where the engine does not count, with what to look at", async () => {
    const answer = await runCli(["run", "matrices/uncounted.yaml", "--only", "baseline"], study.folder);
    expect([answer.code, answer.stderr]).toEqual([3, expect.anything()]);
    const [stored] = storedTrials(study.folder, "uncounted");
    expect(stored?.trial.verdict).toMatchObject({
      status: "FAILED",
      failure: {
        class: "tokens-not-counted",
        message: expect.stringContaining("/nowhere answered HTTP 404") as string,
        hint: expect.stringContaining("`tokenize` in the engine file") as string,
      },
    });
  });
});
