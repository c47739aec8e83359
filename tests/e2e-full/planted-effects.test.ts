import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createRandom } from "../../src/math/random.ts";
import { makeStudyFolder } from "../support/cli.ts";
import { runUndisturbed } from "../support/measured.ts";

/** Changes whose effect is known, since the simulated engine was told it. */
const matrix = `
study: planted
question: Does the judge find what was planted?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline:
  knobs: { max_num_seqs: 16, env.CETERIS_SIMULATED_SPEED: "1" }
design:
  kind: isolation
  changes:
    - { id: plus8, set: { env.CETERIS_SIMULATED_SPEED: "1.08" } }
    - { id: plus1, set: { env.CETERIS_SIMULATED_SPEED: "1.01" } }
    - { id: nothing, set: { env.CETERIS_SIMULATED_STARTUP_S: "0.06" } }
    - { id: minus3, set: { env.CETERIS_SIMULATED_SPEED: "0.97" } }
    - { id: wrong, set: { env.CETERIS_SIMULATED_FAULT: "wrong-words:0.02" } }
workloads:
  - scenario: offline
    endpoint: completions
    prompt: text
    dataset: { kind: jsonl, path: ../articles.jsonl }
    sampling: { max_tokens: 40, min_tokens: 40, ignore_eos: true }
    warmup: { requests: 16 }
    counts: { screen: { requests: 192, seconds: 1 } }
# A gate of 99 % needs at least 368 equal answers.
accuracy:
  scenario: offline
  endpoint: completions
  prompt: text
  dataset: { kind: jsonl, path: ../articles.jsonl }
  sampling: { max_tokens: 40, min_tokens: 40, ignore_eos: true }
  counts: { screen: { requests: 400 } }
repeats: 4
order: interleaved
fidelity: screen
`;

/** Articles of unlike words; the simulated model copies them, so that the first words are a good reference. */
function articles(): string {
  const random = createRandom("planted");
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const word = (): string => Array.from({ length: 4 }, () => letters[random.integer(26)]).join("");
  return Array.from({ length: 400 }, () => {
    const words = Array.from({ length: 60 }, word);
    return `${JSON.stringify({ prompt: `Copy.\n\n${words.join(" ")}`, reference: words.slice(0, 36).join(" ") })}\n`;
  }).join("");
}

it(
  "finds the effects that were planted in the simulated engine, with the right reasons",
  { timeout: 600_000 },
  async () => {
    const study = makeStudyFolder();
    try {
      mkdirSync(join(study.folder, "matrices"), { recursive: true });
      writeFileSync(join(study.folder, "matrices/planted.yaml"), matrix);
      writeFileSync(join(study.folder, "articles.jsonl"), articles());
      const answer = await runUndisturbed(["run", "matrices/planted.yaml"], study.folder, "planted");
      const report = readFileSync(join(study.folder, "reports/out/planted.md"), "utf8");
      const decisions = Object.fromEntries(
        [...report.matchAll(/^- \*\*(\w+)\*\* (SHIP|REJECT|HOLD|NO EFFECT|CONDITIONAL): (.*)$/gm)].map(
          ([, row, outcome, because]) => [row, { outcome, because }],
        ),
      );
      expect(answer.code, answer.stderr).toBe(0);
      expect(decisions["plus8"]).toMatchObject({
        outcome: "SHIP",
        because: expect.stringContaining("SIMULATED") as string,
      });
      expect(["NO EFFECT", "HOLD"]).toContain(decisions["plus1"]?.outcome);
      expect(["NO EFFECT", "HOLD"]).toContain(decisions["nothing"]?.outcome);
      expect(decisions["minus3"]?.outcome).toBe("REJECT");
      expect(decisions["wrong"]).toMatchObject({
        outcome: "REJECT",
        because: expect.stringMatching(/rouge/i) as string,
      });
      expect(report).toContain("What the answers of wrong show");
    } finally {
      study.remove();
    }
  },
);
