import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  makeStudyFolder,
  processesNaming,
  repository,
  runCli,
  storedTrials,
  type StoredTrial,
} from "../support/cli.ts";
import { wasMeasured } from "../support/measured.ts";
import { pythonEnvironment } from "../support/python-environment.ts";

/** One launch: the environment is large, and a start takes seconds. Natural lengths, since this engine forces none. */
const matrix = `
study: mlx
question: Is mlx_lm.server driven by its engine file alone?
sut: { engine: mlx-cpu, model: ${repository}/experiments/models/summariser }
baseline: { id: batched, knobs: { decode_concurrency: 4, prompt_cache_size: 2 } }
design: { kind: curve }
workloads:
  - workload: tiny
    scenario: closed
    endpoint: completions
    dataset: { kind: jsonl, path: prompts.jsonl }
    sampling: { max_tokens: 24 }
    load: { concurrency: 4 }
    warmup: { requests: 4 }
    deadline_s: 60
    counts: { smoke: { requests: 16, seconds: 0, repeats: 1 } }
fidelity: smoke
repeats: 1
`;

const sentences = [
  "The council met on Monday to discuss the plan",
  "A storm closed the coast road",
  "Prices rose again",
];
const prompts = Array.from({ length: 16 }, (_, index) =>
  JSON.stringify({ prompt: `${sentences[index % sentences.length]} ${index}.`, reference: "A plan." }),
);

const environment = await pythonEnvironment("mlx-cpu");
const skipped = "reason" in environment ? `, skipped: ${environment.reason}` : "";

describe.skipIf("reason" in environment)(`a real mlx_lm.server on the CPU${skipped}`, () => {
  let study: ReturnType<typeof makeStudyFolder>;
  let measured: StoredTrial["trial"];
  let answer: Awaited<ReturnType<typeof runCli>>;

  beforeAll(async () => {
    study = makeStudyFolder({ "matrices/mlx.yaml": matrix, "matrices/prompts.jsonl": prompts.join("\n") });
    answer = await runCli(["run", "matrices/mlx.yaml"], study.folder);
    measured = storedTrials(study.folder, "mlx")[0]!.trial;
  });
  afterAll(() => study.remove());

  const figure = (metric: string, stat: string) =>
    measured.measurements.find((found) => found.metric === metric && found.stat === stat)?.value;

  it("is launched, asked and stopped by its file", () => {
    expect(answer.stderr).not.toMatch(/internal error/);
    expect([wasMeasured(measured), measured.verdict.reason]).toEqual([true, expect.anything()]);
    expect(measured).toMatchObject({ origin: "measured", resolved_configuration: null });
    expect(processesNaming(study.folder)).toEqual([]);
  });

  it("answers each request from its batch, by its own count of tokens", () => {
    expect(figure("requests_finished", "value")).toBe(16);
    expect(figure("requests_failed", "value")).toBe(0);
    expect(figure("output_tokens", "max")).toBeLessThanOrEqual(24);
    expect(figure("output_tokens", "min")).toBeGreaterThanOrEqual(1);
    expect(figure("prompt_tokens", "min")).toBeGreaterThan(3);
    expect(figure("ttft", "p50")).toBeGreaterThan(0);
  });
});
