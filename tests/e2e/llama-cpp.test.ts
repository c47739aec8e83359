import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realProcesses } from "../../src/world/processes.ts";
import {
  eventsOf,
  makeStudyFolder,
  processesNaming,
  repository,
  runCli,
  storedTrials,
  type StoredTrial,
} from "../support/cli.ts";
import { wasMeasured } from "../support/measured.ts";
import { pythonEnvironment } from "../support/python-environment.ts";

/** Of each answer. They take a tenth of a millisecond: an answer of a few is over before a shared machine gives the client a core. */
const outputTokens = 128;

/** One thread: a second one spins where both cores are busy, and is a hundred times slower then. */
const matrix = (study: string, model: string, rows: string) => `
study: ${study}
question: Is llama.cpp driven by its engine file alone?
sut: { engine: llama-cpp, model: ${model} }
baseline: { knobs: { n_threads: 1, n_parallel: 1, n_ctx: 2048 } }
design:
  kind: isolation
  changes:
${rows}
workloads:
  - workload: tiny
    scenario: closed
    endpoint: completions
    prompt: tokens
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 32 }, output_tokens: { distribution: fixed, value: ${outputTokens} } }
    load: { concurrency: 4 }
    warmup: { requests: 4 }
    deadline_s: 60
    counts: { smoke: { requests: 48, seconds: 0, repeats: 1 } }
fidelity: smoke
repeats: 1
order: declared
`;

const environment = await pythonEnvironment("llama-cpp");
const skipped = "reason" in environment ? `, skipped: ${environment.reason}` : "";

describe.skipIf("reason" in environment)(`a real llama.cpp on the CPU${skipped}`, () => {
  let study: ReturnType<typeof makeStudyFolder>;
  let trials: StoredTrial[] = [];
  const of = (row: string) => trials.find(({ trial }) => trial.spec.experiment === row);
  const figure = (row: string, metric: string, stat: string) =>
    of(row)?.trial.measurements.find((found) => found.metric === metric && found.stat === stat)?.value;

  beforeAll(async () => {
    const rows = [
      "    - { id: slots4, compound: keeps the context of a slot, set: { n_parallel: 4, n_ctx: 8192 } }",
      "    - { id: q3k, set: { cache_type_k: q3_k } }",
    ].join("\n");
    study = makeStudyFolder({
      "matrices/llama.yaml": matrix("llama", "tiny.gguf", rows),
      "matrices/broken.yaml": matrix("broken", "broken.gguf", "    - { id: slots2, set: { n_parallel: 2 } }"),
      "matrices/absent.yaml": matrix("absent", "./absent.gguf", "    - { id: slots2, set: { n_parallel: 2 } }"),
    });
    const python = join("folder" in environment ? environment.folder : "", "bin/python");
    const script = join(repository, "scripts/make-tiny-gguf.py");
    const made = await realProcesses.run([python, script, join(study.folder, "tiny.gguf")], { timeoutMs: 60_000 });
    if (made.code !== 0) throw new Error(made.stderr);
    writeFileSync(join(study.folder, "broken.gguf"), "this is no model\n");
  });
  afterAll(() => study.remove());

  it("is launched, loaded, resolved and stopped by its file, and a row that it refuses is FAILED with its class", async () => {
    const answer = await runCli(["run", "matrices/llama.yaml", "--json"], study.folder);
    expect(answer.stderr).not.toMatch(/internal error/);
    expect(eventsOf(answer.stdout).at(-1)).toMatchObject({ trials: { failed: 1 } });
    expect(answer.code).toBe(3);
    trials = storedTrials(study.folder, "llama");
    for (const [row, slots] of [
      ["baseline", 1],
      ["slots4", 4],
    ] as const) {
      const found = of(row);
      expect(found?.trial.origin).toBe("measured");
      expect([wasMeasured(found!.trial), found!.trial.verdict.reason]).toEqual([true, expect.anything()]);
      expect(found?.trial.resolved_configuration).toMatchObject({ total_slots: slots, n_ctx_slot: 2048 });
      expect(found?.trial.resolved.map(({ knob, status }) => [knob, status]).toSorted()).toEqual([
        ["n_ctx", "same"],
        ["n_parallel", "same"],
        ["n_threads", "same"],
      ]);
    }
    expect(of("q3k")?.trial.verdict).toMatchObject({ status: "FAILED", failure: { class: "cache-type-unsupported" } });
    expect(processesNaming(study.folder)).toEqual([]);
  });

  it("streams every token that was asked for", () => {
    for (const row of ["baseline", "slots4"]) {
      expect(figure(row, "requests_finished", "value")).toBe(48);
      expect(figure(row, "output_tokens", "min")).toBe(outputTokens);
      expect(figure(row, "output_tokens", "max")).toBe(outputTokens);
      expect(figure(row, "prompt_tokens", "max")).toBe(32);
      // A token may be a part of a character: llama.cpp keeps it back until the character is whole.
      expect(figure(row, "tokens_per_chunk", "value")).toBeGreaterThanOrEqual(1);
      expect(figure(row, "tokens_per_chunk", "value")).toBeLessThan(2);
      expect(figure(row, "ttft", "p50")).toBeGreaterThan(0);
    }
  });

  it("tells its own counts, which are those of the client", async () => {
    const sql = `SELECT name, max(value) AS counted FROM engine_metrics WHERE study = 'llama'
      AND experiment = 'slots4' AND name IN ('generation_tokens', 'prompt_tokens') GROUP BY name ORDER BY name`;
    const answer = await runCli(["query", sql, "--format", "json"], study.folder);
    expect(answer.stderr).toBe("");
    const counted = Object.fromEntries(
      (JSON.parse(answer.stdout) as { name: string; counted: number }[]).map((row) => [row.name, row.counted]),
    );
    const requests = await runCli(
      [
        "query",
        `SELECT sum(output_tokens) FILTER (NOT cancelled)::INTEGER AS whole,
          count(*) FILTER (cancelled)::INTEGER AS cut, count(*)::INTEGER AS sent
          FROM requests WHERE study = 'llama' AND experiment = 'slots4' AND error IS NULL`,
        "--format",
        "json",
      ],
      study.folder,
    );
    const [client] = JSON.parse(requests.stdout) as [{ whole: number; cut: number; sent: number }];
    // What follows the measured ones is cut off at some token: that is all that the two may differ in.
    expect(client.cut).toBeLessThanOrEqual(4);
    expect(counted["generation_tokens"]).toBeGreaterThanOrEqual(client.whole);
    expect(counted["generation_tokens"]).toBeLessThanOrEqual(client.whole + client.cut * outputTokens);
    expect(counted["prompt_tokens"]).toBeGreaterThanOrEqual((client.sent - client.cut) * 32);
    expect(counted["prompt_tokens"]).toBeLessThanOrEqual(client.sent * 32);
  });

  it("has a report", () => {
    const report = readFileSync(join(study.folder, "reports/out/llama.md"), "utf8");
    for (const words of ["llama.cpp", "slots4", "q3k", "cache-type-unsupported"]) expect(report).toContain(words);
    expect(report).not.toContain("SIMULATED");
  });

  it("fails with a class where the model is no GGUF, and before any launch where there is none", async () => {
    const broken = await runCli(["run", "matrices/broken.yaml", "--json"], study.folder);
    expect(broken.code).toBe(3);
    const classes = storedTrials(study.folder, "broken").map(({ trial }) => trial.verdict.failure?.class);
    expect(classes).toEqual(["model-unreadable", "model-unreadable"]);
    const absent = await runCli(["run", "matrices/absent.yaml"], study.folder);
    expect(absent.code).toBe(2);
    expect(absent.stderr).toContain("absent.gguf");
  });
});
