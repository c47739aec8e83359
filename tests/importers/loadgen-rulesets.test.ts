import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadRuleset, rulesetScenario } from "../../src/matrix/rulesets/rulesets.ts";
import { generateQueries } from "../../src/math/loadgen/queries.ts";
import type { RulesetScenario } from "../../src/schema/ruleset.ts";
import { figureOf, loadgenRuns, parseLoadgenAccuracy } from "../support/loadgen-logs.ts";
import { publishedData } from "../support/published-data.ts";

const root = join(import.meta.dirname, "../..");

function scenarioOf(id: string, model: string, name: string): RulesetScenario {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : null);
  const { ruleset } = loadRuleset({ name: id, root, read, rulesetFolders: [join(root, "experiments/rulesets")] });
  const scenario = ruleset === null ? null : rulesetScenario(ruleset, model, name);
  if (scenario === null) throw new Error(`no ${name} of ${model} in ${id}`);
  return scenario;
}

/** AMD's published runs of v5.1, with what their user.conf sets. */
const published = [
  { folder: "llama2-70b-99/Server", model: "llama2-70b-99", name: "Server", targetQps: 83.5, minDurationS: 600 },
  {
    folder: "llama2-70b-99/Interactive",
    model: "llama2-70b-99",
    name: "Interactive",
    targetQps: 29.5,
    minDurationS: 600,
  },
  { folder: "llama2-70b-99/Offline", model: "llama2-70b-99", name: "Offline", targetQps: 93, minDurationS: 2400 },
  { folder: "mixtral-8x7b/Server", model: "mixtral-8x7b", name: "Server", targetQps: 335, minDurationS: 1200 },
  { folder: "mixtral-8x7b/Offline", model: "mixtral-8x7b", name: "Offline", targetQps: 380, minDurationS: 1200 },
];

describe.each(published)(
  "the ruleset of v5.1 and the published $folder",
  ({ folder, model, name, targetQps, minDurationS }) => {
    it("make the traffic of its log", (context) => {
      const [run] = loadgenRuns(join(publishedData(context, "loadgen-logs-mi300x"), folder, "performance"));
      const detail = run?.detail;
      if (detail === undefined || detail === null) throw new Error(`no log in ${folder}`);
      const rules = scenarioOf("mlperf-inference-v5.1", model, name);
      const settings = { ...rules, mode: "performance" as const, targetQps, minDurationMs: minDurationS * 1000 };
      const [made] = generateQueries(settings);
      expect(made?.queries).toBe(figureOf(detail, "generated_query_count"));
      expect(made?.samplesPerQuery).toBe(figureOf(detail, "generated_samples_per_query"));
      expect(made?.durationNs).toBe(figureOf(detail, "generated_query_duration"));
      expect([...(made?.loadedSet ?? [])]).toEqual(detail.last("loaded_qsl_set"));
      const limits = [detail.last("requested_server_ttft_latency"), detail.last("requested_server_tpot_latency")];
      const { ttftMs, tpotMs } = rules.limits;
      if (rules.scenario === "Server") expect(limits).toEqual([(ttftMs ?? 0) * 1e6, (tpotMs ?? 0) * 1e6]);
    });

    it("make the order of its TEST06 run", (context) => {
      const file = join(
        publishedData(context, "loadgen-logs-mi300x"),
        folder,
        "TEST06/accuracy/mlperf_log_accuracy.json",
      );
      const answers = parseLoadgenAccuracy(readFileSync(file, "utf8"));
      const rules = scenarioOf("mlperf-inference-v5.1", model, name);
      // compliance/TEST06/audit.config; the schedule of so few plays no part in the order.
      const audit = {
        mode: "performance" as const,
        equalIssue: false,
        minQueryCount: 100,
        minDurationMs: 0,
        targetQps,
      };
      const [made] = generateQueries({ ...rules, ...audit });
      expect(answers).toHaveLength(100);
      for (const { sequence, sample } of answers)
        expect([sequence, made?.samples[sequence]]).toEqual([sequence, sample]);
    });
  },
);
