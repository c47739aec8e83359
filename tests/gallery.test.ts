import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { galleryMatrices, planOnly } from "../scripts/gallery.ts";
import { designKinds } from "../src/design/index.ts";
import { jsonSchemas } from "../src/matrix/yaml/json-schemas.ts";
import { repository } from "./support/cli.ts";
import { plannedMatrix } from "./support/planned-matrix.ts";

/** How many experiments each matrix plans, and the codes of the warnings that it is meant to have. */
const expected: Record<string, { experiments: number; warnings?: string[] }> = {
  "attention-backends": { experiments: 9 },
  "batch-limits": { experiments: 15 },
  bimodal: { experiments: 4 },
  "capacity-at-slo": { experiments: 2 },
  "chunked-prefill": { experiments: 8 },
  "engine-versions": { experiments: 6, warnings: ["no-catalogue"] },
  "engine-versions-duel": { experiments: 2 },
  // There are as many API servers as replicas, and that belongs to the layout.
  "expert-parallel-layouts": { experiments: 19, warnings: ["collateral"] },
  // Eager mode is two things, which is what the question is about.
  "graphs-by-batch": { experiments: 8, warnings: ["collateral"] },
  "kv-offload": { experiments: 4 },
  "lora-mix": { experiments: 4 },
  "mlperf-offline": { experiments: 3, warnings: ["collateral"] },
  "mlperf-server": { experiments: 2 },
  "models-curves": { experiments: 27 },
  "multi-turn": { experiments: 6 },
  "parallel-triples": { experiments: 9, warnings: ["collateral"] },
  "prefill-decode": { experiments: 25 },
  "prefix-caching": { experiments: 6 },
  // The side without priorities gets them all the same: that is the question.
  "priority-classes": { experiments: 2, warnings: ["class-without-knob"] },
  quantisation: { experiments: 4 },
  "running-service": { experiments: 20 },
  // n-gram drafts switch asynchronous scheduling off: part of what they cost.
  "speculative-decoding": { experiments: 24, warnings: ["collateral"] },
  // More sequences leave less room for the cache: part of the step.
  stack: { experiments: 5, warnings: ["collateral"] },
  "structured-output": { experiments: 12 },
  "tensor-parallel-front": { experiments: 18 },
  "three-engines": { experiments: 15 },
  "trace-replay": { experiments: 2 },
  "two-engines": { experiments: 2 },
};

const matrices = galleryMatrices();
const page = readFileSync(join(repository, "docs/gallery.md"), "utf8");
const ofMatrix = new Ajv2020({ strict: false }).compile(
  jsonSchemas(designKinds)["schemas/matrix.schema.json"] as object,
);

it("has at least twenty matrices, and a list that is right of those that are only planned", () => {
  expect([...matrices.keys()].toSorted()).toEqual(Object.keys(expected).toSorted());
  expect(matrices.size).toBeGreaterThanOrEqual(20);
  expect(Object.keys(planOnly).filter((name) => !matrices.has(name))).toEqual([]);
});

describe.each([...matrices])("%s", (name, path) => {
  const text = readFileSync(join(repository, path), "utf8");

  it("begins with the question, who asks it, and what the answer looks like", () => {
    const comment = text.split("\n").slice(1).join("\n");
    expect(comment).toMatch(/^# Question: [^]*?\n# Asked by: [^]*?\n# The answer: [^]*?\nstudy: /);
    expect(page).toContain(`](../${path})`);
  });

  it("is one for an editor, as it is written", () => {
    ofMatrix(parse(text));
    expect(ofMatrix.errors ?? []).toEqual([]);
  });

  it("plans without an error, and with the warnings that it is meant to have", () => {
    const { expansion, diagnostics } = plannedMatrix(path);
    const told = diagnostics.filter(({ severity }) => severity !== "info");
    const { experiments, warnings = [] } = expected[name]!;
    expect(
      told.map(({ severity, message }) => `${severity}: ${message}`).filter((one) => one.startsWith("error")),
    ).toEqual([]);
    expect([...new Set(told.map(({ code }) => code))]).toEqual(warnings);
    expect(expansion.experiments).toHaveLength(experiments);
  });

  it("is served whole by the simulated engine, or is listed as only planned", () => {
    const { expansion, diagnostics } = plannedMatrix(path, "simulated");
    const isServed =
      diagnostics.every(({ severity }) => severity !== "error") &&
      expansion.experiments.every(({ skip }) => skip === null);
    if (name in planOnly) expect(page).toContain(planOnly[name]);
    else expect(isServed, JSON.stringify(diagnostics.filter(({ severity }) => severity === "error"))).toBe(true);
  });
});
