import { describe, expect, it } from "vitest";
import { unlikeness } from "../../src/analysis/unlike.ts";
import { unlikeText } from "../../src/report/comparison-text.ts";
import type { Json } from "../../src/schema/json.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

const trial = fakeTrial(fakeExperiment("baseline", 0, { max_num_seqs: 16, "load.order": "shuffled" }));
const lines = (other: Trial, more: readonly Trial[] = []): string[] =>
  unlikeness([trial], [other, ...more]).map(unlikeText);
const found = (part: "engine" | "model" | "dataset" | "host", facts: { [fact: string]: Json }): Trial => ({
  ...trial,
  provenance: { ...trial.provenance!, [part]: { ...trial.provenance![part], ...facts } },
});

describe("unlikeness", () => {
  it("has nothing to say of what is the same, or of a side without trials", () => {
    expect(lines(trial)).toEqual([]);
    expect(unlikeness([trial], [])).toEqual([]);
  });

  it.each<[string, Trial, string]>([
    ["dataset", found("dataset", { sha256: "abc" }), `dataset digest: ${"0".repeat(64)} against abc`],
    ["model digest", found("model", { digest: "d1" }), "model digest: not known against d1"],
    ["engine version", found("engine", { version: null }), "engine version: 0.32.0 against not known"],
    ["CPU", found("host", { cpuModel: "Other CPU" }), "CPU: Example CPU against Other CPU"],
    ["fidelity", { ...trial, spec: { ...trial.spec, fidelity: "smoke" } }, "fidelity: valid against smoke"],
    [
      "GPU",
      { ...trial, provenance: { ...trial.provenance!, gpus: [{ name: "Example H200", driver: "570.1" }] } },
      "GPU: Example H100 against Example H200",
    ],
    [
      "knobs",
      { ...trial, knobs: { ...trial.knobs, quantization: "fp8" } },
      "knobs: quantization not set against quantization fp8",
    ],
  ])("says in a line what is not the same: %s", (_, other, says) => {
    expect(lines(other)).toEqual([`not the same: ${says}`]);
  });

  it("names the members of a workload that differ, and leaves its knobs to it", () => {
    const workload = { ...(trial.identity.workload as object), load: { concurrency: 8 } };
    const other = {
      ...trial,
      knobs: { ...trial.knobs, "load.order": "declared" },
      identity: { ...trial.identity, workload },
    };
    expect(lines(other)).toEqual(["not the same: workload: load.concurrency not set against load.concurrency 8"]);
    expect(unlikeness([trial], [other])[0]?.weight).toBe("refuses");
  });

  it("names every value of a side that has several", () => {
    expect(lines(found("dataset", { sha256: "b" }), [found("dataset", { sha256: "a" })])).toEqual([
      `not the same: dataset digest: ${"0".repeat(64)} against a and b`,
    ]);
  });
});
