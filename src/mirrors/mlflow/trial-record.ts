import { asMap, canonicalJson, type Json } from "../../schema/json.ts";
import type { Trial, Status } from "../../schema/trial.ts";
import type { StudyMeta, TimeSeries } from "../mirror.ts";
import { metricPoint, type Entry, type MetricPoint } from "./batches.ts";
import { distinctNames, fittingValue, limits, searchable } from "./names.ts";

/** A trial in MLflow's terms. Everything follows from the trial and its series, so that it is the same each time it is sent. */
export interface TrialRecord {
  name: string;
  startMs: number;
  endMs: number;
  status: "FINISHED" | "FAILED" | "KILLED";
  /** Tags that it is found again by. */
  identity: Entry[];
  params: Entry[];
  metrics: MetricPoint[];
  tags: Entry[];
  dataset: { name: string; digest: string; sha256: string; samples: Json; context: string } | null;
  /** Values that MLflow would have cut, whole, by key. */
  longValues: { [key: string]: string };
}

export const tagNames = {
  kind: "ceteris.kind",
  study: "ceteris.study",
  /** When the study began: another one of the same name has a run of its own. */
  began: "ceteris.began",
  /** SIMULATED, MEASURED or IMPORTED. */
  origin: "ceteris.origin",
  trial: "ceteris.trial",
  /** sha256 of `trial.json`: a trial that was measured again under the same id is another run. */
  sha256: "ceteris.sha256",
  /** The same, set last: all of it is there. */
  complete: "ceteris.complete",
  paramsDiffer: "ceteris.params_differ",
  /** Of the report and the matrix, and of what the study concludes: what is there already is not sent again. */
  report: "ceteris.report_sha256",
  conclusion: "ceteris.conclusion_sha256",
  /** What counts in the place of this run. */
  superseded: "ceteris.superseded",
  note: "mlflow.note.content",
  /** The run that another is shown below. */
  parent: "mlflow.parentRunId",
} as const;

/** `status = FINISHED` is what counts: a measured trial that is not valid looks like no result. */
const runStatus: Record<Status, TrialRecord["status"]> = {
  VALID: "FINISHED",
  SCREENED: "FINISHED",
  INVALID: "FAILED",
  FAILED: "FAILED",
  SKIPPED: "KILLED",
};

/** MLflow takes a dataset's digest up to 36 characters; 32 hex digits are 128 bits. The whole one is in the source. */
const digestDigits = 32;

export function trialRecord(trial: Trial, sha256: string, series: readonly TimeSeries[] = []): TrialRecord {
  const longValues: { [key: string]: string } = {};
  const cut = (entries: Entry[], limit: number): Entry[] =>
    entries.map(({ key, value }) => {
      if (value.length > limit) longValues[key] = value;
      return { key, value: fittingValue(value, limit) };
    });
  const endMs = Date.parse(trial.endedAt);
  return {
    name: runName(trial),
    startMs: Date.parse(trial.startedAt),
    endMs,
    status: runStatus[trial.verdict.status],
    identity: [
      { key: tagNames.trial, value: searchable(`${trial.study}/${trial.spec.trialId}`) },
      { key: tagNames.sha256, value: sha256 },
    ],
    params: cut(params(trial), limits.param),
    metrics: [...figures(trial, endMs), ...pointsOf(series, prefixOf(trial))],
    tags: cut(tags(trial), limits.tag),
    dataset: dataset(trial),
    longValues,
  };
}

/** Tags that the runs of all trials of a study carry. */
export function trialsOf(study: StudyMeta): Entry[] {
  return [
    { key: tagNames.kind, value: "trial" },
    { key: tagNames.study, value: searchable(study.name) },
  ];
}

function runName({ origin, spec, verdict }: Trial): string {
  const parts = [...(verdict.status === "INVALID" ? ["INVALID"] : []), spec.experiment, `r${spec.replicate}`];
  if (spec.attempt > 1) parts.push(`a${spec.attempt}`);
  if (spec.purpose !== "performance") parts.push(spec.purpose);
  return labelled(origin, parts.join(" "));
}

/** Whatever was not measured says so in its name. */
export function labelled(origin: Trial["origin"], name: string): string {
  return origin === "measured" ? name : `${origin.toUpperCase()} ${name}`;
}

export function originNote(origin: Trial["origin"]): string | null {
  return origin === "simulated" ? "SIMULATED: every figure comes from the simulated engine." : null;
}

function params(trial: Trial): Entry[] {
  const { spec, provenance } = trial;
  const configuration = objectOf(trial.identity.configuration);
  const { scenario = null, dataset: declaredDataset = null, ...workload } = objectOf(trial.identity.workload);
  const plain: { [key: string]: Json } = {
    experiment: spec.experiment,
    purpose: spec.purpose,
    fidelity: spec.fidelity,
    scenario,
    dataset: provenance?.dataset["name"] ?? objectOf(declaredDataset)["kind"] ?? null,
    engine: configuration["engine"] ?? null,
    engine_version: provenance?.engine["version"] ?? configuration["version"] ?? null,
    model: configuration["model"] ?? null,
    model_revision: configuration["revision"] ?? null,
    host: provenance?.host["hostname"] ?? null,
    cpu: provenance?.host["cpuModel"] ?? null,
    gpu: [...new Set(provenance?.gpus.map(({ name }) => (typeof name === "string" ? name : "")))].join(", ") || null,
    gpus: trial.gpus ?? null,
    block: spec.block,
    trial_id: spec.trialId,
    experiment_id: spec.experimentId,
    configuration_id: trial.configurationId,
    accuracy_key: trial.accuracyKey,
    launch_id: trial.launchId,
    resolved_id: trial.resolvedId,
  };
  for (const [knob, value] of Object.entries(trial.knobs)) plain[`knob.${knob}`] = value;
  for (const { knob, resolved, status } of trial.resolved) {
    plain[`resolved.${knob}`] = status === "not verifiable" ? "not verifiable" : resolved;
  }
  flatten("dataset", declaredDataset, plain);
  flatten("workload", workload, plain);
  const names = distinctNames(Object.keys(plain));
  return entriesOf(plain).map(({ key, value }) => ({ key: names.get(key) ?? key, value }));
}

function tags(trial: Trial): Entry[] {
  const { spec, verdict, labels, provenance } = trial;
  const failed = verdict.checks.filter(({ status }) => status === "fail").map(({ id }) => id);
  const different = trial.resolved.filter(({ status }) => status === "different").map(({ knob }) => knob);
  return entriesOf({
    [tagNames.kind]: "trial",
    [tagNames.study]: searchable(trial.study),
    "ceteris.verdict": verdict.status,
    "ceteris.reason": verdict.reason,
    [tagNames.origin]: trial.origin.toUpperCase(),
    "ceteris.stand_in": trial.standIn,
    "ceteris.label": labels.label,
    "ceteris.row": labels.row,
    ...(labels.system === undefined ? {} : { "ceteris.system": labels.system }),
    "ceteris.workload": labels.workload,
    "ceteris.block": spec.block,
    "ceteris.position": spec.position,
    "ceteris.replicate": spec.replicate,
    "ceteris.attempt": spec.attempt,
    "ceteris.failed_checks": failed.length === 0 ? null : failed.join(", "),
    "ceteris.failure_class": verdict.failure?.class ?? null,
    "ceteris.resolved_differs": different.length === 0 ? null : different.join(", "),
    [tagNames.note]: trialNote(trial),
    "mlflow.source.name": "ceteris",
    "mlflow.source.type": "LOCAL",
    "mlflow.source.git.commit": provenance?.ceteris.commit ?? null,
  });
}

/** What MLflow's page of a run shows first: verdict, why, remedies, and the units that its metrics lack. */
function trialNote(trial: Trial): string {
  const { verdict, measurements } = trial;
  const remedies = verdict.checks
    .filter(({ status }) => status === "fail")
    .map(({ id, message, remedy }) => `- ${id}: ${message}. ${remedy}`);
  const failure = verdict.failure
    ? `${verdict.failure.class}: ${verdict.failure.message}\n\n${verdict.failure.hint}`
    : null;
  const units = [...new Set(measurements.map(({ metric, unit }) => `${metric} in ${unit}`))].join(", ");
  return [
    originNote(trial.origin),
    trial.standIn,
    `**${verdict.status}**: ${verdict.reason}`,
    remedies.join("\n"),
    failure,
    units && `Units: ${units}.`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** Accuracy trials and probes run another load: their figures are metrics of their own. */
function prefixOf({ spec }: Trial): string {
  return spec.purpose === "performance" ? "" : `${spec.purpose}/`;
}

/** One point each, at the trial's end. A figure that is null has no point; its reason is in `trial.json`. */
function figures(trial: Trial, endMs: number): MetricPoint[] {
  const rows = trial.measurements.flatMap(({ metric, stat, rule, source, value }) =>
    value === null
      ? []
      : [
          {
            short: `${source === "engine" ? "engine/" : ""}${metric}${stat === "value" ? "" : `/${stat}`}`,
            rule,
            value,
          },
        ],
  );
  const named = rows.map(({ short, rule, value }) => ({
    // Two rules for one percentile are two metrics.
    name: rows.filter((other) => other.short === short).length > 1 && rule !== "" ? `${short}/${rule}` : short,
    value,
  }));
  for (const { id, tookS } of trial.phases) named.push({ name: `phase/${id}_s`, value: tookS });
  const all = named.map(({ name, value }) => ({ name: `${prefixOf(trial)}${name}`, value }));
  const names = distinctNames(all.map(({ name }) => name));
  return all.map(({ name, value }) => metricPoint(names.get(name) ?? name, value, endMs));
}

function pointsOf(series: readonly TimeSeries[], prefix: string): MetricPoint[] {
  // Beside the figures and not among them: a figure and its course over time are two metrics.
  const nameOf = ({ name }: TimeSeries): string => `${prefix}series/${name}`;
  const names = distinctNames(series.map(nameOf));
  return series.flatMap((one) =>
    one.points.flatMap(({ timeMs, value, step }) =>
      value === null ? [] : [metricPoint(names.get(nameOf(one)) ?? one.name, value, timeMs, step)],
    ),
  );
}

function dataset({ provenance, spec }: Trial): TrialRecord["dataset"] {
  const { name, sha256, samples = null } = provenance?.dataset ?? {};
  if (typeof name !== "string" || typeof sha256 !== "string") return null;
  return { name: name.slice(0, 500), digest: sha256.slice(0, digestDigits), sha256, samples, context: spec.purpose };
}

export function entriesOf(values: { [key: string]: Json }): Entry[] {
  return Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [{ key, value: asText(value) }]));
}

/** An empty string is shown as one, since MLflow's tables would show nothing. */
function asText(value: Json): string {
  return typeof value === "string" && value !== "" ? value : canonicalJson(value);
}

function objectOf(value: Json | undefined): { [key: string]: Json } {
  return asMap(value) ?? {};
}

/** `workload` and `{ sampling: { top_k: 1 } }` give `workload.sampling.top_k`. */
function flatten(path: string, value: Json, into: { [key: string]: Json }): void {
  if (value === null || typeof value !== "object" || Array.isArray(value)) into[path] ??= value;
  else for (const [key, inner] of Object.entries(value)) flatten(`${path}.${key}`, inner, into);
}
