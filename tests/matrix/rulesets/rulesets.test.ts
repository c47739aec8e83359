import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadRuleset, loadSloTemplates, rulesetScenario } from "../../../src/matrix/rulesets/rulesets.ts";
import { brief } from "../study-fixture.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, "experiments/rulesets");
const files = readdirSync(folder).filter((file) => file !== "slo-templates.yaml");
const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : null);
const committed = { root, read, rulesetFolders: [folder] };

const rules = `format: ceteris.ruleset/1
id: mine
title: Mine
sources:
  us: { title: our own }
seeds: { qsl: "1", sample_index: "2", schedule: "3", source: us }
loadgen:
  version: 6.0.17
  min_query_count: 100
  early_stopping_confidence: 0.99
  offline_slack: 1.1
  single_stream_slack: 2
  performance_set_from: performance_samples
  standard_library: libstdc++-11
  source: us
scenarios:
  Server: { min_duration_s: 60, percentile: 99, source: us }
models:
  tiny:
    samples: { library: 10, performance: 10, accuracy: 10, source: us }
    equal_issue: true
    token_latencies: true
    source: us
    scenarios:
      Server: { ttft_ms: 10, tpot_ms: 1, source: us }
`;

function load(text: string, name = "mine") {
  const texts = new Map([["/study/experiments/rulesets/mine.yaml", text]]);
  const rulesetFolders = ["/study/experiments/rulesets", "/package/experiments/rulesets"];
  return loadRuleset({ name, root: "/study", read: (path) => texts.get(path) ?? null, rulesetFolders });
}

const where = "experiments/rulesets/mine.yaml";

describe("the committed rulesets", () => {
  it.each(files)("%s loads, and is whole", (file) => {
    const { ruleset, diagnostics } = loadRuleset({ ...committed, name: file.replace(/\.yaml$/, "") });
    expect(diagnostics).toEqual([]);
    expect(ruleset?.scenarios.length).toBeGreaterThan(10);
    for (const { commit, title } of Object.values(ruleset?.sources ?? {})) {
      expect([title, commit]).toEqual([title, expect.stringMatching(/^[0-9a-f]{40}$/)]);
    }
  });

  it("hold the rules of Llama 3.1 8B as ../shared/reference/mlperf.md gives them", () => {
    const { ruleset } = loadRuleset({ ...committed, name: "mlperf-inference-v6.1" });
    if (ruleset === null) throw new Error("no ruleset");
    const scenario = (name: string) => rulesetScenario(ruleset, "llama3.1-8b", name);
    expect(scenario("Server")).toMatchObject({
      scenario: "Server",
      limits: { ttftMs: 2000, tpotMs: 100, latencyMs: null },
      minDurationMs: 600_000,
      minQueryCount: 100,
      percentile: 0.99,
      equalIssue: true,
      seeds: { qsl: "2085463073848966840", sampleIndex: "2747215439041700203", schedule: "16159082839903944936" },
    });
    expect(scenario("Interactive")).toMatchObject({
      scenario: "Server",
      loadgenModel: "llama3_1-8b-interactive",
      limits: { ttftMs: 500, tpotMs: 30 },
    });
    expect(scenario("Offline")).toMatchObject({ minQueryCount: 13_368, percentile: null });
    const gates = new Map(scenario("Offline")?.gates.map((gate) => [gate.metric, gate]));
    expect(gates.get("rouge1")?.atLeast).toBeCloseTo(38.3914, 4);
    expect(gates.get("rougeLsum")?.atLeast).toBeCloseTo(35.4351, 4);
    expect([gates.get("gen_len")?.atLeast, gates.get("gen_len")?.atMost].map((x) => Math.round(x ?? 0))).toEqual([
      7_350_880, 8_984_408,
    ]);
    expect(scenario("Offline")?.forbidden.map(({ knob }) => knob)).toEqual([
      "enable_prefix_caching",
      "load.order",
      "speculative_config",
    ]);
    expect(scenario("SingleStream")).toBeNull();
    expect(rulesetScenario(ruleset, "llama3.1-8b-edge", "SingleStream")?.percentile).toBeCloseTo(0.9, 12);
  });

  it("have templates of limits", () => {
    const { templates, diagnostics } = loadSloTemplates(committed);
    expect(diagnostics).toEqual([]);
    expect(templates?.map(({ name, slo }) => [name, slo])).toEqual([
      ["llm.standard", { ttft_ms: 2000, tpot_ms: 100 }],
      ["llm.realtime", { ttft_ms: 500, tpot_ms: 30 }],
      ["llm.batch", {}],
    ]);
  });
});

describe("a ruleset of one's own", () => {
  it("is a file in the study", () => {
    const { ruleset, diagnostics } = load(rules);
    expect(diagnostics).toEqual([]);
    expect(ruleset?.scenarios).toMatchObject([
      { rulesetId: "mine", model: "tiny", name: "Server", minDurationMs: 60_000, limits: { ttftMs: 10, tpotMs: 1 } },
    ]);
  });

  it.each([
    { what: "a seed without quotes", text: rules.replace('qsl: "1"', "qsl: 1"), found: `wrong-type@${where}:6:15` },
    { what: "an unknown key", text: rules.replace("percentile:", "percentil:"), found: `unknown-key@${where}:17:33` },
    {
      what: "an unknown source",
      text: rules.replace('schedule: "3", source: us', 'schedule: "3", source: them'),
      found: `unknown-source@${where}:6:62`,
    },
    { what: "another name", text: rules.replace("id: mine", "id: yours"), found: `wrong-id@${where}:2:5` },
    { what: "a limit left out", text: rules.replace("ttft_ms: 10, ", ""), found: `missing-rule@${where}:25:15` },
    { what: "no duration", text: rules.replace("min_duration_s: 60, ", ""), found: `missing-rule@${where}:25:15` },
    {
      what: "a scenario that LoadGen has not",
      text: rules.replaceAll("Server:", "Chat:"),
      found: `missing-rule@${where}:25:13`,
    },
    { what: "no YAML", text: "a: [", found: `not-yaml@${where}:1:5` },
  ])("with $what is refused, with its place", ({ text, found }) => {
    const { ruleset, diagnostics } = load(text);
    expect(ruleset).toBeNull();
    expect(brief(diagnostics)).toEqual([found]);
    expect(diagnostics[0]?.hint).not.toBe("");
  });

  it("that is not there is looked for in both folders, and no path is taken for a name", () => {
    for (const name of ["yours", "../mine"]) {
      const { ruleset, diagnostics } = load(rules, name);
      expect(ruleset).toBeNull();
      expect(diagnostics).toMatchObject([{ code: "unknown-ruleset", message: expect.stringContaining(name) }]);
      expect(diagnostics[0]?.hint).toContain("experiments/rulesets");
    }
  });
});
