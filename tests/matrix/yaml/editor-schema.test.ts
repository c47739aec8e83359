import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { designKinds } from "../../../src/design/index.ts";
import { jsonSchemas } from "../../../src/matrix/yaml/json-schemas.ts";
import { computableMembers } from "../../../src/schema/computed.ts";
import type { Json } from "../../../src/schema/json.ts";

const schemas = jsonSchemas(designKinds);
const compiled = (file: string) => new Ajv2020({ strict: false }).compile(schemas[`schemas/${file}`] as object);
const [ofMatrix, ofWorkload] = [compiled("matrix.schema.json"), compiled("workload.schema.json")];

const matrix = {
  study: "a",
  question: "Why?",
  sut: { engine: "vllm", model: "m" },
  baseline: {},
  design: { kind: "isolation", changes: [{ id: "a", set: {} }] },
  workloads: [{ use: "w.yaml" }],
};
/** Whether a matrix with these members, written as YAML, is one. */
const takes = (text: string): boolean => ofMatrix({ ...matrix, ...(parse(text) as object) });
const takesWorkload = (text: string): boolean => ofWorkload(parse(text));

describe("the schema of a matrix in an editor", () => {
  it.each([
    "sweep: { load.concurrency: [1, 2], load.rate: { from: 1, to: 8, factor: 2 }, a: { from: 1, to: 9, step: 2 } }",
    "sweep: { shape: [{ id: 1k, dataset.input_tokens: 1024 }] }",
    "design: { kind: combination, factors: { layout: [{ id: tp8, tensor_parallel_size: 8 }], quantization: [null, fp8] } }",
    "design: { kind: combination, factors: { sut.version: [0.32.0, 0.33.0] }, exclude: [{ sut.version: [0.32.0] }] }",
    "design: { kind: isolation, changes: [{ id: a, set: { max_model_len: = 2 * dataset.input_tokens }, sweep: { load.concurrency: [4] } }] }",
    "design: { kind: duel, a: { id: a, set: { sut.engine: vllm } }, b: { id: b, set: { sut.engine: llama-cpp }, knobs: { ctx_size: 1 } } }",
    "systems: [{ id: a, model: m }, { id: b, engine: vllm, version: 0.32.0, knobs: { tensor_parallel_size: 4 } }]",
    "exclude: [{ row: [a, b], workload: w, system: a, shape: 8k, load.concurrency: [1, 2] }]",
    "accuracy: { use: w.yaml, counts: { screen: { requests: = 2 * load.concurrency } } }",
  ])("takes %s", (text) => {
    expect(takes(text)).toBe(true);
  });

  it.each([
    "sweep: { load.concurrency: { from: 1, to: 8 } }",
    "sweep: { load.concurrency: { from: 1, to: 8, times: 2 } }",
    "sweep: { load.concurrency: [] }",
    "sweep: { load.concurrency: 4 }",
    "systems: [{ model: m }]",
    "systems: [{ id: a, modell: m }]",
    "exclude: { row: a }",
    "design: { kind: isolation, changes: [{ id: a, set: {}, sweeps: {} }] }",
    "design: { kind: isolation, changes: [{ id: a, set: {} }], a: {} }",
    "design: { kind: combination, factors: [1] }",
    "repeats: = 2 * 2",
    "repeat: 3",
  ])("refuses %s", (text) => {
    expect(takes(text)).toBe(false);
  });

  it("completes the names of settings, and says what each means", () => {
    const { $defs } = schemas["schemas/matrix.schema.json"] as { $defs: { [name: string]: { properties: object } } };
    const of = (name: string) => Object.keys($defs[name]!.properties);
    expect(of("sweep")).toEqual(
      expect.arrayContaining(["load.concurrency", "dataset.shared_prefix_tokens", "arrivals.burstiness"]),
    );
    expect(of("sweep").filter((name) => name.startsWith("sut."))).toEqual([]);
    expect(of("factors")).toEqual(expect.arrayContaining(["sut.version", "sampling.max_tokens"]));
    expect(of("settings")).not.toContain("sut.id");
    expect($defs["settings"]!.properties).toMatchObject({ "sut.version": { description: expect.any(String) } });
  });
});

describe("the schema of a workload in an editor", () => {
  it.each([
    "load: { concurrency: = 2 * max_num_seqs }",
    "sampling: { max_tokens: = dataset.output_tokens }",
    "dataset: { kind: synthetic, input_tokens: = max_model_len - 256, output_tokens: { distribution: fixed, value: = 8 * 16 } }",
    "arrivals: { kind: ramp, to: = 2 * load.rate, seconds: 60 }",
    "counts: { smoke: { requests: = 10 * load.concurrency }, screen: { requests: 640, seconds: = 60 / 2 } }",
    "warmup: { requests: = load.concurrency }",
    "deadline_s: = 60 * 2",
    "sweep: { load.concurrency: [4, 8] }",
  ])("takes %s", (text) => {
    expect(takesWorkload(text)).toBe(true);
  });

  it.each([
    "load: { concurrency: twelve }",
    "load: { concurency: = 2 * max_num_seqs }",
    "load: { order: = 2 }",
    "dataset: { kind: = 2 }",
    "warmup: { requests: 8, until_steady: { cv: = 1 / 20 } }",
    "slo: { ttft_ms: = 2 * 500 }",
  ])("refuses %s", (text) => {
    expect(takesWorkload(text)).toBe(false);
  });

  it("says so for each member that may be computed", () => {
    const { properties } = schemas["schemas/workload.schema.json"] as { properties: { [member: string]: Json } };
    for (const member of computableMembers)
      expect(JSON.stringify(properties[member.split(".")[0]!])).toContain("computed for each experiment");
  });
});
