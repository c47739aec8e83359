import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseLoadgenDetail, parseLoadgenSummary, type LoadgenDetail } from "../../src/importers/index.ts";
import { canonicalJson, type Json } from "../../src/schema/json.ts";
import type { Assignment } from "../../src/schema/knob.ts";
import type { LoadgenSummary } from "../../src/importers/loadgen-log.ts";

/** One run as its folder holds it: what was said before it, what its engine logged, and what came out. */
export interface PublishedRun {
  name: string;
  /** Lines of `experiment_meta.txt` and of `result.txt`, by their titles. */
  meta: ReadonlyMap<string, string>;
  result: ReadonlyMap<string, string>;
  /** What the engine was given: its non-default arguments. Empty where its log has none. */
  knobs: Assignment;
  /** What the engine resolved, by setting; null where it never said so. */
  resolved: { [setting: string]: Json } | null;
  /** A hash of that and of the engine's version; null where it never said so. */
  resolvedId: string | null;
  engineVersion: string | null;
  summary: LoadgenSummary | null;
  detail: LoadgenDetail | null;
  /** Scores of an accuracy run, by metric; null where it has none. */
  scores: ReadonlyMap<string, number> | null;
  /** The last line of a Python error that ended the run. */
  error: string | null;
}

/** Every run of a folder of results, by name. */
export function publishedRuns(folder: string): PublishedRun[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "experiment_meta.txt")))
    .map(({ name }) => runOf(join(folder, name), name))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function runOf(folder: string, name: string): PublishedRun {
  const read = (...path: string[]): string => {
    const file = join(folder, ...path);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  const log = read("run_1", "run.log");
  const [summary, detail] = [
    read("run_1", "mlperf_logs", "mlperf_log_summary.txt"),
    read("run_1", "mlperf_logs", "mlperf_log_detail.txt"),
  ];
  const scores = read("run_1", "rouge_metrics.json");
  const [, version = null, config = ""] = /LLM engine \(v([^)]+)\) with config: (.*)/.exec(log) ?? [];
  const scheduling = /Asynchronous scheduling is (\w+)/.exec(log)?.[1] ?? null;
  const resolved = version === null ? null : { ...settingsOf(config), async_scheduling: scheduling };
  return {
    name,
    meta: linesOf(read("experiment_meta.txt")),
    result: linesOf(read("run_1", "result.txt")),
    knobs: argumentsOf(/non-default args: (\{.*\})/.exec(log)?.[1] ?? "{}"),
    resolved,
    resolvedId: resolved === null ? null : idOf({ version, ...resolved }),
    engineVersion: version,
    summary: valueOf(summary === "" ? null : parseLoadgenSummary(summary)),
    detail: valueOf(detail === "" ? null : parseLoadgenDetail(detail)),
    scores: scores === "" ? null : new Map(Object.entries(JSON.parse(scores) as Record<string, number>)),
    error: /^(\w*(?:Error|Exception): .*)$/m.exec(log)?.[1] ?? null,
  };
}

function valueOf<Value>(result: { ok: true; value: Value } | { ok: false } | null): Value | null {
  return result?.ok === true ? result.value : null;
}

function linesOf(text: string): Map<string, string> {
  return new Map(
    text.split("\n").flatMap((line): [string, string][] => {
      const [, title, value = ""] = /^([^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
      return title === undefined ? [] : [[title, value]];
    }),
  );
}

/** A dictionary as Python prints it. Members of an enumeration are their values; the model is the same in all runs. */
function argumentsOf(printed: string): Assignment {
  const json = printed
    .replaceAll(/<[\w.]+: ('[^']*'|\d+|\([^)]*\))>/g, (_, value: string) =>
      value.startsWith("(") ? `'${value}'` : value,
    )
    .replaceAll('"', "'")
    .replaceAll("'", '"')
    .replaceAll(/\bTrue\b/g, "true")
    .replaceAll(/\bFalse\b/g, "false")
    .replaceAll(/\bNone\b/g, "null");
  const { model: _model, disable_log_stats: _silent, ...given } = JSON.parse(json) as Assignment;
  const compilation = given["compilation_config"];
  if (typeof compilation !== "object" || compilation === null || Array.isArray(compilation)) return given;
  return { ...given, compilation_config: { level: compilation["level"] ?? null } };
}

/** `a=1, b={'c': 2, 'd': 3}` by setting, values as they are printed; what names a place on a disk is left out. */
function settingsOf(config: string): { [setting: string]: Json } {
  const found: { [setting: string]: Json } = {};
  let [depth, start, quote] = [0, 0, ""];
  for (let at = 0; at <= config.length; at += 1) {
    const sign = config[at] ?? ",";
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === "'" || sign === '"') quote = sign;
    else if ("([{".includes(sign)) depth += 1;
    else if (")]}".includes(sign)) depth -= 1;
    else if (sign === "," && (depth === 0 || at === config.length)) {
      const [, setting, value = ""] = /^\s*(\w+)=(.*)$/s.exec(config.slice(start, at)) ?? [];
      if (setting !== undefined && !/^(model|tokenizer|served_model_name)$/.test(setting)) found[setting] = value;
      start = at + 1;
    }
  }
  return found;
}

function idOf(found: Json): string {
  return `res1_${createHash("sha256").update(canonicalJson(found)).digest("hex").slice(0, 20)}`;
}
