import { analyse } from "../../src/analysis/index.ts";
import { metricDefinitions } from "../../src/metrics/index.ts";
import type { ReportInput } from "../../src/report/index.ts";
import type { Contrast, Experiment } from "../../src/schema/experiment.ts";
import { sameJson } from "../../src/schema/json.ts";
import type { Assignment } from "../../src/schema/knob.ts";
import type { Measurement, Statistic } from "../../src/schema/measurement.ts";
import type { StudyRecord } from "../../src/schema/study-record.ts";
import type { Trial, Verdict } from "../../src/schema/trial.ts";
import { rougeNames } from "../../src/schema/rouge.ts";
import { fakeExperiment, fakeTrial, fakeWorkload } from "./fake-trials.ts";
import type { PublishedRun } from "./published-llama31b.ts";

interface PublishedStudy {
  name: string;
  design: "isolation" | "stacked";
  purpose: "performance" | "accuracy";
  baseline: string;
  /** Runs that a summary names and that left no folder: they FAILED. */
  failed?: readonly string[];
}

/** Published runs as a study of ours: imported trials, one a configuration, compared as their authors compared them. */
export function publishedStudy(runs: readonly PublishedRun[], asked: PublishedStudy): ReportInput {
  const baseline = runs.find(({ name }) => name === asked.baseline);
  if (baseline === undefined) throw new Error(`no run ${asked.baseline} in ${asked.name}`);
  const ordered = [baseline, ...runs.filter((run) => run !== baseline)];
  const experiments = [
    ...ordered.map((run, position) => experimentOf(run.name, position, knobsOf(run), run.meta.get("description"))),
    ...(asked.failed ?? []).map((name, place) => experimentOf(name, ordered.length + place, {})),
  ];
  const trials = experiments.map((experiment, at) => {
    const run = ordered[at];
    return run === undefined ? failedTrial(experiment) : trialOf(run, experiment, asked.purpose);
  });
  const known = new Map(experiments.map((one) => [one.labels.name, one]));
  const contrasts = experiments.slice(1).flatMap((one) => {
    const before = ordered.find(({ name }) => name === one.labels.name)?.meta.get("prev_stack") ?? "";
    return contrastsOf(one, experiments[0]!, asked.design === "stacked" ? (known.get(before) ?? null) : null);
  });
  const record: StudyRecord = {
    format: "ceteris.study/1",
    name: asked.name,
    question: "Do our tables have the figures that were published?",
    matrix: "published",
    design: asked.design,
    origin: "measured",
    standIn: null,
    engine: "vllm",
    engineTitle: "vLLM",
    declaredEngine: "vllm",
    model: "published",
    revision: null,
    version: baseline.engineVersion,
    fidelity: "valid",
    repeats: 1,
    order: "declared",
    seed: 0,
    baseline: { id: asked.baseline, label: asked.baseline, knobs: experiments[0]!.knobs },
    baselines: [asked.baseline],
    plannedTrials: [],
    experiments,
    contrasts,
    workloads: [{ name: fakeWorkload.name, scenario: "offline", slo: false, ruleset: null }],
    accuracy: null,
    diagnostics: [],
    knobPaths: [],
  };
  const analysis = analyse({ study: record, trials, answers: new Map(), metrics: metricDefinitions });
  return { ...analysis, launches: [], queries: {}, resultsFolder: "results" };
}

/** What the engine was given, and the client's batch. */
function knobsOf({ knobs, meta }: PublishedRun): Assignment {
  return { ...knobs, "load.batch_size": Number(meta.get("batch_size")) };
}

/** Two runs of one configuration stay two experiments, as they were published. */
function experimentOf(name: string, position: number, knobs: Assignment, label = name): Experiment {
  const made = fakeExperiment(name, position, knobs, { label });
  return { ...made, id: `${made.id}-${name}`, accuracyKey: `${made.accuracyKey}-${name}` };
}

function contrastsOf(one: Experiment, baseline: Experiment, before: Experiment | null): Contrast[] {
  const contrast = (control: Experiment, family: Contrast["family"]): Contrast => ({
    treatment: one.labels.name,
    control: control.labels.name,
    changed: changedKnobs(one.knobs, control.knobs),
    family,
  });
  if (before === null) return [contrast(baseline, "isolation")];
  if (before === baseline) return [contrast(baseline, "step")];
  return [contrast(before, "step"), contrast(baseline, "stack")];
}

function changedKnobs(ours: Assignment, theirs: Assignment): Assignment {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const [own, other] = [ours[name] ?? null, theirs[name] ?? null];
      return sameJson(own, other) ? [] : [[name, own]];
    }),
  );
}

function trialOf(run: PublishedRun, experiment: Experiment, purpose: "performance" | "accuracy"): Trial {
  const { meta, resolved, resolvedId, engineVersion } = run;
  const startedAt = meta.get("timestamp") ?? "";
  const tookS = Number.parseInt(run.result.get("Duration") ?? "0", 10);
  const measurements = purpose === "performance" ? performanceOf(run) : scoresOf(run);
  return {
    ...fakeTrial(experiment, { purpose, origin: "imported" }),
    resolvedId,
    resolvedConfiguration: resolved,
    provenance: {
      host: {},
      gpus: [],
      engine: { name: "vllm", version: engineVersion },
      model: {},
      dataset: {},
      ceteris: { version: "0", commit: null, node: "" },
      missing: [{ fact: "everything else", why: "imported" }],
    },
    startedAt,
    endedAt: new Date(Date.parse(startedAt) + 1000 * tookS).toISOString(),
    phases: [{ id: "whole", tookS }],
    measurements,
    verdict: verdictOf(run, measurements.length > 0),
  };
}

function row(metric: string, stat: Statistic, unit: string, value: number): Measurement {
  return { metric, stat, unit, value, why: null, n: 13_368, rule: "loadgen", source: "imported" };
}

/** By LoadGen's summary; latencies from nanoseconds. */
function performanceOf({ summary }: PublishedRun): Measurement[] {
  const figure = (label: string): number => Number(summary?.figures.get(label)?.[0] ?? Number.NaN);
  const ms = (label: string): number => figure(`${label} latency (ns)`) / 1e6;
  return [
    row("output_throughput", "value", "tok/s", figure("Tokens per second")),
    row("request_throughput", "value", "req/s", figure("Samples per second")),
    row("e2e", "p50", "ms", ms("50.00 percentile")),
    row("e2e", "p99", "ms", ms("99.00 percentile")),
  ].filter(({ value }) => Number.isFinite(value));
}

function scoresOf({ scores }: PublishedRun): Measurement[] {
  return rougeNames.flatMap((metric) => {
    const value = scores?.get(metric);
    return value === undefined ? [] : [row(metric, "mean", "%", value)];
  });
}

function verdictOf({ summary, error }: PublishedRun, isMeasured: boolean): Verdict {
  const verdict = { checks: [], failure: null, rulesetId: null };
  if (!isMeasured) return { ...verdict, status: "FAILED", reason: error ?? "it left no figure" };
  if (summary?.result !== "INVALID") return { ...verdict, status: "VALID", reason: "as published" };
  const remedy = summary.recommendations.join(" ");
  const failed = { id: "ruleset-duration", status: "fail", value: null, limit: null, margin: null, unit: "s" } as const;
  return { ...verdict, status: "INVALID", reason: remedy, checks: [{ ...failed, message: "too short", remedy }] };
}

function failedTrial(experiment: Experiment): Trial {
  const verdict = { status: "FAILED", reason: "it left no log", checks: [], failure: null, rulesetId: null } as const;
  return { ...fakeTrial(experiment, { origin: "imported", throughput: null }), verdict: { ...verdict, checks: [] } };
}
