import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runSmall, smallMatrix, studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

describe("a trial", () => {
  it("has its phases in order, the knobs that the engine used, and its data", async () => {
    const { trials } = await runSmall(studyWorld(temporaryFolder()), smallMatrix());
    const [baseline] = trials;
    expect(baseline!.phases.map(({ id }) => id)).toEqual(["prompts", "cache-reset", "idle", "load", "score"]);
    expect(baseline!.resolved.find(({ knob }) => knob === "max_num_seqs")).toMatchObject({
      declared: 4,
      resolved: 4,
      status: "same",
    });
    expect(baseline!.provenance).toMatchObject({
      host: { hostname: "test-host" },
      dataset: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });
    expect(baseline!.measurements.find(({ metric }) => metric === "requests_finished")?.value).toBe(8);
    expect(baseline!.gpus).toBe(1);
    const rate = (metric: string) => baseline!.measurements.find((row) => row.metric === metric)?.value;
    expect(rate("output_throughput_per_gpu")).toBe(rate("output_throughput"));
    expect(baseline!.resolvedId).toMatch(/^res1_/);
  });

  it("says which engine, version and model were its own, and not the study's", async () => {
    const folder = temporaryFolder();
    const world = studyWorld(folder);
    await world.files.writeText(join(folder, "sut/newer.yaml"), "extends: simulated\nversion: 0.33.0\n");
    const newer = "{ id: newer, set: { sut.engine: newer, sut.model: org/other-8B }, compound: both }";
    const { trials, plan } = await runSmall(world, smallMatrix({ changes: newer }));
    const found = trials.map(({ provenance, identity }) => [
      provenance!.engine["name"],
      provenance!.engine["declaredVersion"],
      (identity.configuration as { model: string }).model,
    ]);
    expect(found).toEqual([
      ["simulated", "0.32.0", plan.study.model],
      ["newer", "0.33.0", "org/other-8B"],
    ]);
  });

  it("is INVALID by the check that it broke, and keeps what it measured", async () => {
    const faulty = '{ id: faulty, set: { env.CETERIS_SIMULATED_FAULT: "error-every:4" } }';
    const { trials } = await runSmall(studyWorld(temporaryFolder()), smallMatrix({ changes: faulty }));
    const { verdict, measurements } = trials.find(({ spec }) => spec.experiment === "faulty")!;
    expect(verdict.status).toBe("INVALID");
    expect(verdict.checks.find(({ id }) => id === "errors")).toMatchObject({ status: "fail" });
    expect(measurements.find(({ metric }) => metric === "requests_failed")?.value).toBeGreaterThan(0);
  });

  it("is FAILED without a load where the engine does not count the prompts that are to have exact lengths", async () => {
    const folder = temporaryFolder();
    const sut = { name: "uncounted", text: "extends: simulated\ntokenize: { path: /nowhere }\n" };
    const world = studyWorld(folder);
    await world.files.writeText(join(folder, "sut", `${sut.name}.yaml`), sut.text);
    const exact = smallMatrix()
      .replace("engine: simulated", "engine: uncounted")
      .replace("prompt: tokens", "prompt: text\n    prompt_lengths: engine");
    const { trials } = await runSmall(world, exact);
    for (const { verdict, measurements } of trials) {
      expect(verdict).toMatchObject({ status: "FAILED", failure: { class: "tokens-not-counted" } });
      expect(measurements).toEqual([]);
    }
  });

  it("that asks for accuracy scores the answers against the references, and stores both", async () => {
    const folder = temporaryFolder();
    const lines = Array.from({ length: 6 }, (_, place) => ({
      prompt: `Copy. word ${place}`,
      reference: `word ${place}`,
    }));
    writeFileSync(join(folder, "prompts.jsonl"), lines.map((line) => JSON.stringify(line)).join("\n"));
    const accuracy = `
accuracy:
  scenario: offline
  endpoint: completions
  prompt: text
  dataset: { kind: jsonl, path: prompts.jsonl }
  sampling: { max_tokens: 4 }
  counts: { smoke: { requests: 6 } }
`;
    const { trials } = await runSmall(studyWorld(folder), smallMatrix({ more: accuracy }));
    const scored = trials.filter(({ spec }) => spec.purpose === "accuracy");
    expect(scored.map(({ spec }) => spec.experiment).toSorted()).toEqual(["baseline", "wide"]);
    for (const { spec, measurements } of scored) {
      expect(measurements.find(({ metric }) => metric === "rouge1")?.value).toEqual(expect.any(Number));
      expect(existsSync(join(folder, "results/small", spec.experimentId, spec.trialId, "outputs.parquet"))).toBe(true);
    }
  });

  it("that the user stops within its load leaves nothing, and its engine ends", async () => {
    const folder = temporaryFolder();
    const world = studyWorld(folder);
    const stop = new AbortController();
    const { outcome, trials } = await runSmall(world, smallMatrix().replace("requests: 8", "requests: 8000"), {
      signal: stop.signal,
      report: (event) => {
        if (event.type === "progress" && event.done > 2) stop.abort();
      },
    });
    expect(outcome).toMatchObject({ ok: true, value: { done: 0, interrupted: true } });
    expect([trials, world.running]).toEqual([[], 0]);
    expect(readdirSync(join(folder, "results/small")).filter((name) => name.startsWith("exp1_"))).toEqual([]);
  });
});
