import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { canonicalJson } from "../../src/schema/json.ts";
import type { Study } from "../../src/schema/study.ts";
import type { RequestClass } from "../../src/schema/workload.ts";
import type { RulesetScenario } from "../../src/schema/ruleset.ts";
import { makeEngine, makeStudy, makeWorkload } from "../support/make-study.ts";
import { someRuleset } from "../support/rulesets.ts";

const step = { id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "/design/steps/0" };
const stacked = { kind: "stacked", changes: [step], cumulative: true as const };

const idsOf = (changes: Partial<Study> = {}) =>
  expandStudy(makeStudy(stacked, changes)).experiments.map(({ id, configurationId, accuracyKey }) => ({
    id,
    configurationId,
    accuracyKey,
  }));

describe("ids", () => {
  it("are these for this declaration, for ever (golden)", () => {
    expect(idsOf()).toMatchInlineSnapshot(`
      [
        {
          "accuracyKey": "acc1_8456031f8e080d0283c8",
          "configurationId": "cfg1_8929fd40e4c7e87df568",
          "id": "exp1_ff3410291eceefa05b3a",
        },
        {
          "accuracyKey": "acc1_0bd2f70bfb273e5a47f2",
          "configurationId": "cfg1_fe5e28a821eb90510618",
          "id": "exp1_420f89c44d2329bf1128",
        },
      ]
    `);
  });

  it.each<[string, Partial<Study>]>([
    ["study", { name: "another" }],
    ["question", { question: "Another?" }],
    ["repeats", { repeats: 9 }],
    ["order", { order: "declared" }],
    ["seed", { seed: 99 }],
    ["fidelity", { fidelity: "valid" }],
    [
      "gates",
      { gates: [{ source: "r/m", metric: "rouge1", reference: 1, samples: 13_368, atLeast: 0.99, atMost: null }] },
    ],
    ["labels", { baseline: { id: "other", label: "Other", knobs: { max_num_seqs: 16 } } }],
    [
      "the engine's title and failure patterns",
      { engine: makeEngine({ title: "T", failures: [{ class: "x", pattern: "y", hint: "z" }] }) },
    ],
    ["counts", { workloads: [makeWorkload({ counts: { ...makeWorkload().counts, screen: { requests: 9 } } })] }],
    ["what runs after a trial, and deadlines", { afterTrial: [["sync"]], hookDeadlineS: 5 }],
    ["what the hardware costs", { price: { perGpuHour: 3.99 } }],
    ["headers", { headers: { Authorization: { env: "TOKEN" } } }],
    ["where a server answers", { engine: makeEngine({ environment: { kind: "endpoint", url: "http://a" } }) }],
    ["the workload's name", { workloads: [makeWorkload({ name: "renamed" })] }],
  ])("do not cover %s", (_what, changes) => {
    expect(idsOf(changes)).toEqual(idsOf());
  });

  it.each<[string, Partial<Study>]>([
    ["model", { model: "org/other" }],
    ["prefix", { prefix: ["numactl", "--cpunodebind=0"] }],
    ["what runs before a launch", { beforeLaunch: [["sync"]] }],
    ["revision", { revision: "abc" }],
    ["version", { version: "2.0.0" }],
    ["extra arguments", { extraArgs: ["--x"] }],
    ["engine", { engine: makeEngine({ name: "other" }) }],
    ["the environment's lock", { engine: makeEngine({ environmentLock: "aa" }) }],
    ["always-passed flags", { engine: makeEngine({ always: ["--y"] }) }],
    ["variables", { engine: makeEngine({ variables: { A: "1" } }) }],
    ["engine knobs", { baseline: { id: "baseline", label: "baseline", knobs: { max_num_seqs: 17 } } }],
    [
      "environment knobs",
      { baseline: { id: "baseline", label: "baseline", knobs: { max_num_seqs: 16, "env.X": "1" } } },
    ],
  ])("cover %s in all three", (_what, changes) => {
    const [before, after] = [idsOf()[0], idsOf(changes)[0]];
    expect(after?.id).not.toBe(before?.id);
    expect(after?.configurationId).not.toBe(before?.configurationId);
    expect(after?.accuracyKey).not.toBe(before?.accuracyKey);
  });

  it("keep the configuration where only the load changes, and the accuracy key where the load cannot change what is said", () => {
    const knobs = { max_num_seqs: 16, "load.max_in_flight": 8 };
    const [before, after] = [idsOf()[0], idsOf({ baseline: { id: "baseline", label: "baseline", knobs } })[0]];
    expect(after?.id).not.toBe(before?.id);
    expect(after?.configurationId).toBe(before?.configurationId);
    expect(after?.accuracyKey).toBe(before?.accuracyKey);
  });

  it("cover the gate of a warm-up where there is one", () => {
    const idWith = (warmupUntilSteady?: { cv: number; over: number; longestS: number }): string =>
      idsOf({ workloads: [makeWorkload(warmupUntilSteady === undefined ? {} : { warmupUntilSteady })] })[0]!.id;
    const gate = { cv: 0.05, over: 30, longestS: 60 };
    expect(idWith()).toBe(idsOf()[0]!.id);
    expect(new Set([idWith(), idWith(gate), idWith({ ...gate, longestS: 90 })]).size).toBe(3);
  });

  it("cover the dataset and the sampling of a class, where it has them", () => {
    const idWith = (changes: Partial<RequestClass>) =>
      idsOf({ workloads: [makeWorkload({ classes: [{ name: "a", ...changes }] })] })[0]!;
    const dataset = { kind: "synthetic" as const, profile: "chat" as const };
    const found = [idWith({}), idWith({ dataset }), idWith({ sampling: { temperature: 1 } })];
    expect(new Set(found.map(({ id }) => id)).size).toBe(3);
    expect(idWith({ slo: { itl_ms: 9 } }).id).toBe(found[0]!.id);
    // Sampling changes what is said.
    expect(found[1]!.accuracyKey).toBe(found[0]!.accuracyKey);
    expect(found[2]!.accuracyKey).not.toBe(found[0]!.accuracyKey);
  });

  it("cover a ruleset by its name, and nothing that it says", () => {
    const workload = (changes: Partial<RulesetScenario>) => ({
      workloads: [makeWorkload({ ruleset: someRuleset(changes) })],
    });
    const own = idsOf(workload({}))[0]?.id;
    expect(own).not.toBe(idsOf()[0]?.id);
    expect(idsOf(workload({ minQueryCount: 99, seeds: { qsl: "9", sampleIndex: "9", schedule: "9" } }))[0]?.id).toBe(
      own,
    );
    expect(idsOf(workload({ rulesetId: "rules-2" }))[0]?.id).not.toBe(own);
    expect(idsOf(workload({ model: "other" }))[0]?.id).not.toBe(own);
  });

  it("change the accuracy key with the client chunk", () => {
    const knobs = { max_num_seqs: 16, "load.batch_size": 1024 };
    const [before, after] = [idsOf()[0], idsOf({ baseline: { id: "baseline", label: "baseline", knobs } })[0]];
    expect(after?.configurationId).toBe(before?.configurationId);
    expect(after?.accuracyKey).not.toBe(before?.accuracyKey);
  });
});

describe("canonical JSON", () => {
  it("sorts keys by code unit and prints numbers as ECMAScript does (RFC 8785)", () => {
    expect(canonicalJson({ b: [1e21, 0.1, -0], a: "é\n", "€": 1, A: null })).toBe(
      '{"A":null,"a":"é\\n","b":[1e+21,0.1,0],"€":1}',
    );
  });

  it("has no word for NaN", () => {
    expect(() => canonicalJson(Number.NaN)).toThrow(/NaN/);
  });
});
