import { describe, expect, it } from "vitest";
import { provenanceRelation } from "../../../src/report/relations/provenance.ts";
import type { Json } from "../../../src/schema/json.ts";
import type { Provenance, Trial } from "../../../src/schema/trial.ts";
import { fakeReportInput } from "../../support/fake-report.ts";

const trial = (dataset: Provenance["dataset"]) => ({ provenance: { ...nothing, dataset } }) as unknown as Trial;
const nothing: Omit<Provenance, "dataset"> = {
  host: {},
  gpus: [],
  engine: {},
  model: {},
  ceteris: { version: "1", commit: null, node: "26" },
  missing: [],
};
const factsOf = (...datasets: { [fact: string]: Json }[]) =>
  provenanceRelation({ ...fakeReportInput(), trials: datasets.map(trial) })
    .relation.rows.map((row) => row.map(({ value }) => value as string))
    .flatMap(([part, fact, value]) => (part === "dataset" ? [`${fact}: ${value}`] : []));

describe("what was sent", () => {
  it("is said in words: whose lengths, whose ends, and whether caches could help", () => {
    expect(factsOf({ promptLengths: "engine_made", outputLengths: "forced", uniquePrompts: true })).toEqual([
      "prompt lengths: asked for exactly: each prompt was made to its length as the engine's own tokenizer counts it",
      "output lengths: forced lengths were asked for, by `ignore_eos` and `min_tokens`; what was served is `output_tokens`",
      "unique prompts: yes: each prompt or conversation began with a salt of its own, so that no cache of prefixes helped from one to another",
    ]);
  });

  it("shows each where trials differ, and nothing of trials that did not record it", () => {
    expect(factsOf({ outputLengths: "forced" }, { outputLengths: "natural" })[0]).toMatch(
      /^output lengths: forced lengths .* \(1 of 2 trials\); natural lengths .* \(1 of 2 trials\)$/,
    );
    expect(factsOf({ name: "d" })).toEqual(["name: d"]);
  });
});

it("declares each engine and model of a study with several systems", () => {
  const input = fakeReportInput();
  const system = { rows: ["a"], engine: "vllm", engineTitle: "vLLM", revision: null };
  const systems = [
    { ...system, id: "8b", version: "0.32.0", model: "org/8b" },
    { ...system, id: "70b", version: "0.32.0", model: "org/70b" },
  ];
  const { relation } = provenanceRelation({ trials: [], study: { ...input.study, systems } });
  expect(relation.rows.slice(0, 2).map((row) => row.map(({ value }) => value))).toEqual([
    ["declared", "engine", "vLLM 0.32.0 (vllm)"],
    ["declared", "model", "org/8b, org/70b"],
  ]);
});
