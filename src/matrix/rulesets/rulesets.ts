import { join } from "node:path";
import type { Diagnostic } from "../../schema/diagnostic.ts";
import { memberAlong, pointerOf, segmentsOf, type Json } from "../../schema/json.ts";
import {
  loadgenScenarios,
  RulesetFile,
  SloTemplatesFile,
  type Ruleset,
  type RulesetScenario,
  type ScenarioRules,
  type SloTemplate,
  type SubmissionRules,
} from "../../schema/ruleset.ts";
import { engineDisplayPath } from "../engine/engine-tree.ts";
import type { Places, Report } from "../yaml/places.ts";
import { shapeChecker } from "../yaml/shape.ts";
import { wholeFile } from "./whole-file.ts";

const checkRuleset = shapeChecker(RulesetFile);
const checkTemplates = shapeChecker(SloTemplatesFile);

const templatesFile = "slo-templates.yaml";

export interface RulesetRequest {
  read: (path: string) => string | null;
  /** The first that has the file counts: the study's `experiments/rulesets`, then the program's. */
  rulesetFolders: string[];
  /** Diagnostics name files relative to it. */
  root: string;
}

/** Reads `<name>.yaml` of the first folder that has it. `ruleset` is null where anything in it is wrong: rules are whole or none. */
export function loadRuleset({ name, ...request }: RulesetRequest & { name: string }): {
  ruleset: Ruleset | null;
  diagnostics: Diagnostic[];
} {
  const named = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? `${name}.yaml` : null;
  const { value, diagnostics } = loadFile(request, named, name, checkRuleset, (file: RulesetFile, report) => {
    if (file.id !== name) {
      report("/id", { code: "wrong-id", message: `this file is ${name}.yaml`, hint: `write \`id: ${name}\`` });
    }
    const { id, title, sources } = file;
    return { id, title, sources, submission: submissionOf(file), scenarios: scenariosOf(file, report) };
  });
  return { ruleset: value, diagnostics };
}

/** Reads `slo-templates.yaml` of the first folder that has it; null where anything in it is wrong. */
export function loadSloTemplates(request: RulesetRequest): {
  templates: SloTemplate[] | null;
  diagnostics: Diagnostic[];
} {
  const { value, diagnostics } = loadFile(
    request,
    templatesFile,
    templatesFile,
    checkTemplates,
    ({ templates }: SloTemplatesFile) =>
      Object.entries(templates).map(([name, { title, slo }]) => ({ name, title, slo })),
  );
  return { templates: value, diagnostics };
}

/** The rules of one scenario for one model; null where the ruleset has none. */
export function rulesetScenario(ruleset: Ruleset, model: string, name: string): RulesetScenario | null {
  return ruleset.scenarios.find((scenario) => scenario.model === model && scenario.name === name) ?? null;
}

function loadFile<File extends { sources: object }, Value>(
  { read, rulesetFolders, root }: RulesetRequest,
  fileName: string | null,
  asked: string,
  check: ReturnType<typeof shapeChecker>,
  make: (file: File, report: Report) => Value,
): { value: Value | null; diagnostics: Diagnostic[] } {
  const paths = fileName === null ? [] : rulesetFolders.map((folder) => join(folder, fileName));
  const path = paths.find((candidate) => read(candidate) !== null);
  const text = path === undefined ? null : read(path);
  if (path === undefined || text === null) {
    const looked = rulesetFolders.map((folder) => engineDisplayPath(root, folder)).join(", ");
    const missing: Diagnostic = {
      code: "unknown-ruleset",
      severity: "error",
      file: asked,
      line: 1,
      column: 1,
      message: `there is no ruleset \`${asked}\``,
      hint: `write the name of a file without .yaml; looked in ${looked}`,
    };
    return { value: null, diagnostics: [missing] };
  }
  return wholeFile(check, [path, text, root], (file: File, report, places) => {
    checkSources(places, file, report);
    return make(file, report);
  });
}

/** Each `source` names one that is declared. */
function checkSources(places: Places, file: { sources: object }, report: Report): void {
  const declared = Object.keys(file.sources);
  for (const pointer of places.keys()) {
    if (pointer.startsWith("#") || !pointer.endsWith("/source")) continue;
    const named = memberAlong(file as Json, segmentsOf(pointer));
    if (typeof named !== "string" || declared.includes(named)) continue;
    const hint = `declared are: ${declared.join(", ")}`;
    report(pointer, { code: "unknown-source", message: `\`${named}\` is not a key of \`sources\``, hint });
  }
}

function scenariosOf(file: RulesetFile, report: Report): RulesetScenario[] {
  return Object.entries(file.models).flatMap(([model, rules]) =>
    Object.entries(rules.scenarios).flatMap(([name, own]) => {
      const pointer = pointerOf("models", model, "scenarios", name);
      const scenario = scenarioOf(file, model, name, { ...file.scenarios[name], ...own });
      const missing = missingOf(scenario, name);
      if (missing === null) return [scenario as RulesetScenario];
      const message = `scenario ${name} of ${model} lacks ${missing}`;
      const hint = `write it here, or for all models below \`scenarios: ${name}:\``;
      report(pointer, { code: "missing-rule", message, hint });
      return [];
    }),
  );
}

/** Where a ruleset says nothing: the latest round's tree and limits (tools/submission/truncate_accuracy_log.py), no test. */
function submissionOf({ submission }: RulesetFile): SubmissionRules {
  return {
    tree: submission?.tree ?? "by_scenario",
    accuracyLogLimit: submission?.accuracy_log_limit_bytes ?? 10 * 1024,
    accuracyLogKept: submission?.accuracy_log_kept_bytes ?? 4096,
    compliance: submission?.compliance ?? {},
  };
}

type Draft = Omit<RulesetScenario, "scenario" | "minDurationMs"> & {
  scenario: RulesetScenario["scenario"] | null;
  minDurationMs: number | null;
};

/** What a scenario cannot do without. */
function missingOf(
  { scenario, minDurationMs, percentile, limits, tokenLatencies }: Draft,
  name: string,
): string | null {
  if (scenario === null) return `\`loadgen\`: ${name} is none of LoadGen's (${loadgenScenarios.join(", ")})`;
  if (minDurationMs === null) return "`min_duration_s`";
  if (percentile === null && scenario !== "Offline") return "`percentile`";
  if (scenario !== "Server") return null;
  if (!tokenLatencies) return limits.latencyMs === null ? "`latency_ms`" : null;
  return limits.ttftMs === null || limits.tpotMs === null ? "`ttft_ms` and `tpot_ms`" : null;
}

function scenarioOf(file: RulesetFile, model: string, name: string, rules: ScenarioRules): Draft {
  const known = file.models[model]!;
  const { loadgen, seeds } = file;
  const { source: _, ...generation } = known.generation ?? { source: "" };
  return {
    rulesetId: file.id,
    model,
    name,
    scenario: rules.loadgen ?? loadgenScenarios.find((own) => own === name) ?? null,
    loadgenModel: rules.loadgen_model ?? null,
    loadgenVersion: loadgen.version,
    minDurationMs: rules.min_duration_s === undefined ? null : rules.min_duration_s * 1000,
    minQueryCount: rules.min_query_count ?? loadgen.min_query_count,
    samplesPerQuery: rules.samples_per_query ?? 1,
    // LoadGen's own arithmetic: 99 * 0.01.
    percentile: rules.percentile === undefined ? null : rules.percentile * 0.01,
    limits: {
      ttftMs: rules.ttft_ms ?? null,
      tpotMs: rules.tpot_ms ?? null,
      latencyMs: rules.latency_ms ?? null,
    },
    earlyStoppingConfidence: loadgen.early_stopping_confidence,
    equalIssue: known.equal_issue,
    tokenLatencies: known.token_latencies,
    librarySamples: known.samples.library,
    performanceSamples: known.samples.performance,
    accuracySamples: known.samples.accuracy,
    performanceSetFrom: loadgen.performance_set_from,
    offlineSlack: loadgen.offline_slack,
    singleStreamSlack: loadgen.single_stream_slack,
    standardLibrary: loadgen.standard_library,
    seeds: { qsl: seeds.qsl, sampleIndex: seeds.sample_index, schedule: seeds.schedule },
    gates: (known.accuracy?.metrics ?? []).map(({ metric, reference, at_least: least, at_most: most }) => ({
      metric,
      reference,
      atLeast: least === undefined ? null : reference * least,
      atMost: most === undefined ? null : reference * most,
    })),
    generation: known.generation === undefined ? null : generation,
    forbidden: [...(file.forbidden ?? []), ...(known.forbidden ?? [])],
  };
}
