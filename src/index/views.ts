import { fidelities } from "../schema/fidelity.ts";
import { headlineColumns } from "../schema/headline-figures.ts";
import { statuses, usableStatuses } from "../schema/trial.ts";
import structures from "./stored-json.json" with { type: "json" };

const { trial } = structures;

/** A column of a view: its SQL, its type, and what it means. */
export interface ViewColumn {
  name: string;
  type: string;
  meaning: string;
  sql: string;
}

/** A documented view over what the trial and launch files say. `docs/data.md` and the hints of `query` follow from these lists. */
export interface View {
  name: string;
  /** What a row is. */
  row: string;
  columns: ViewColumn[];
  from: string;
  /** Absent where rows lie in the order of the folders, and within a trial in that of its file. */
  order?: string;
}

/** `a`, `b` or `c`, as code. */
const oneOf = (words: readonly string[]): string =>
  `${words
    .slice(0, -1)
    .map((word) => `\`${word}\``)
    .join(", ")} or \`${words.at(-1)}\``;

const column = (name: string, type: string, meaning: string, sql: string): ViewColumn => ({ name, type, meaning, sql });

/** ISO 8601 with a Z, as files hold it, to a timestamp in UTC. A text that is none is null. */
const utc = (sql: string): string => `try_cast(${sql} AS TIMESTAMP)`;

/** What every command calls a study: its folder, which may be renamed or be a copy of another. */
const study = column("study", "VARCHAR", "name of the study's folder", "split_part(folder, '/', 1)");

const trialKey = [
  study,
  column("experiment", "VARCHAR", "name of the experiment in its matrix", "t.labels.name"),
  column("trial_id", "VARCHAR", "unique within its study", "t.spec.trial_id"),
];

export const trialsView: View = {
  name: "trials",
  row: "one trial",
  from: `(SELECT *, list_transform(list_zip(t.measurements.metric, t.measurements.stat), lambda f: f[1] || ' ' || f[2]) AS figures FROM read.trials)`,
  order: "study, t.spec.position, trial_id",
  columns: [
    ...trialKey,
    column("experiment_id", "VARCHAR", "hash of all that was asked for", "t.spec.experiment_id"),
    column("system", "VARCHAR", "which of the matrix's systems; null where it names none", "t.labels.system"),
    column("workload", "VARCHAR", "name of the workload", "t.labels.workload"),
    column("purpose", "VARCHAR", "`performance`, `accuracy` or `probe`", "t.spec.purpose"),
    column("fidelity", "VARCHAR", oneOf(fidelities), "t.spec.fidelity"),
    column("replicate", "INTEGER", "which repeat, from 1", "t.spec.replicate"),
    column("attempt", "INTEGER", "which attempt at it, from 1", "t.spec.attempt"),
    column("block", "INTEGER", "round of the order, from 1", "t.spec.block"),
    column("position", "INTEGER", "place in the order, from 1", "t.spec.position"),
    column("status", "VARCHAR", oneOf(statuses), "t.verdict.status"),
    column("reason", "VARCHAR", "why it has that status", "t.verdict.reason"),
    column("origin", "VARCHAR", "`measured`, `simulated` or `imported`", "t.origin"),
    column("stand_in", "VARCHAR", "what stood in for model and dataset; null where nothing did", "t.stand_in"),
    ...headlineColumns.map(({ metric, stat, name, meaning }) =>
      column(name, "DOUBLE", meaning, `t.measurements.value[list_position(figures, '${metric} ${stat}')]`),
    ),
    column("knobs", "JSON", "every knob that was set: `knobs->>'max_num_seqs'`", "t.knobs"),
    column("gpus", "INTEGER", "GPUs of its configuration, all parts together; null where that is not known", "t.gpus"),
    column(
      "neighbours",
      "INTEGER",
      "other runs of the study that worked on its host at the same time",
      "coalesce(t.neighbours, 0)",
    ),
    column("engine", "VARCHAR", "engine file", "t.identity.configuration.engine"),
    column(
      "engine_version",
      "VARCHAR",
      "what the engine said of itself; the declared version where it said nothing",
      "coalesce(t.provenance.engine.version, t.identity.configuration.version)",
    ),
    column("model", "VARCHAR", "the model that was declared", "t.identity.configuration.model"),
    column(
      "scenario",
      "VARCHAR",
      "`offline`, `closed`, `open`, or one of LoadGen's: `server`, `interactive`, `single_stream`, `multi_stream`",
      "t.identity.workload.scenario",
    ),
    column("configuration_id", "VARCHAR", "hash of engine, model and engine knobs", "t.configuration_id"),
    column("accuracy_key", "VARCHAR", "binds accuracy trials to performance trials", "t.accuracy_key"),
    column("resolved_id", "VARCHAR", "hash of what was found; null where the engine never started", "t.resolved_id"),
    column(
      "resolved_configuration",
      "JSON",
      "what the engine said of its configuration, by path; null where it said nothing",
      "t.resolved_configuration",
    ),
    column(
      "prompts",
      "INTEGER",
      "prompts of the data that it drew from; null where that is not known",
      "t.provenance.dataset.samples",
    ),
    column(
      "host",
      "VARCHAR",
      "name of the machine that it ran on; null where that is not known",
      "t.provenance.host.hostname",
    ),
    column("launch_id", "VARCHAR", "the launch of the engine that it ran in", "t.launch_id"),
    column("session", "TIMESTAMP", "start of the `run` that made it, UTC; null in older trials", utc("t.session")),
    column("failure_class", "VARCHAR", "FAILED: class of the failure", "t.verdict.failure.class"),
    column("failure_message", "VARCHAR", "FAILED: the line that says so", "t.verdict.failure.message"),
    column("failure_file", "VARCHAR", "FAILED: the log", "t.verdict.failure.file"),
    column("failure_line", "INTEGER", "FAILED: line in the log", "t.verdict.failure.line"),
    column("failure_hint", "VARCHAR", "FAILED: what to do", "t.verdict.failure.hint"),
    column("started_at", "TIMESTAMP", "UTC", utc("t.started_at")),
    column("ended_at", "TIMESTAMP", "UTC", utc("t.ended_at")),
    column("folder", "VARCHAR", "its folder, relative to the results folder", "folder"),
  ],
};

const count = (status: string): ViewColumn =>
  column(
    status.toLowerCase(),
    "INTEGER",
    `trials that are ${status}`,
    `count(*) FILTER (status = '${status}')::INTEGER`,
  );

export const experimentsView: View = {
  name: "experiments",
  row: "one experiment of a study that has a trial",
  from: "trials",
  order: "study, min(position), experiment_id",
  columns: [
    { ...study, sql: study.name },
    column("experiment", "VARCHAR", "its name, as the latest trial says it", "arg_max(experiment, started_at)"),
    column("experiment_id", "VARCHAR", "hash of all that was asked for", "experiment_id"),
    column("workload", "VARCHAR", "name of the workload", "arg_max(workload, started_at)"),
    column("configuration_id", "VARCHAR", "hash of engine, model and engine knobs", "any_value(configuration_id)"),
    column("accuracy_key", "VARCHAR", "binds accuracy trials to performance trials", "any_value(accuracy_key)"),
    column("knobs", "JSON", "every knob that was set", "any_value(knobs)"),
    column("gpus", "INTEGER", "GPUs of its configuration; null where that is not known", "any_value(gpus)"),
    column("trials", "INTEGER", "all trials, of every purpose, fidelity and attempt", "count(*)::INTEGER"),
    ...statuses.map(count),
    column(
      "output_throughput",
      "DOUBLE",
      "geometric mean over its VALID and SCREENED performance trials, whatever their fidelity, tok/s",
      `exp(avg(CASE WHEN status IN (${usableStatuses.map((status) => `'${status}'`).join(", ")}) AND purpose = 'performance' AND output_throughput > 0 THEN ln(output_throughput) END))`,
    ),
  ],
};

/** The rows of a list of each trial, from the columns that the batch has them in. */
const perTrial = (list: string, members: object): string =>
  `(SELECT t, folder, ${Object.keys(members)
    .map((name) => `unnest(t.${list}."${name}") AS "${name}"`)
    .join(", ")} FROM read.trials) AS x`;

export const measurementsView: View = {
  name: "measurements",
  row: "one figure of a trial",
  from: perTrial("measurements", trial.measurements[0]!),
  columns: [
    ...trialKey,
    column("metric", "VARCHAR", "`output_throughput`, `ttft` …", "x.metric"),
    column("stat", "VARCHAR", "`value`, `mean`, `p50` …", "x.stat"),
    column("unit", "VARCHAR", "unit of the value", "x.unit"),
    column("value", "DOUBLE", "null where it could not be measured", "x.value"),
    column("why", "VARCHAR", "why it is null, or what to know about it", "x.why"),
    column("n", "INTEGER", "how many observations it comes from", "x.n"),
    column("rule", "VARCHAR", "how it was computed where that is a choice", "x.rule"),
    column("source", "VARCHAR", "`client`, `engine` or `imported`", "x.source"),
    column(
      "interval_lower",
      "DOUBLE",
      "95 % interval from the trial's own requests; null without one",
      'x."interval".lower',
    ),
    column("interval_upper", "DOUBLE", "its other end", 'x."interval".upper'),
    column("interval_method", "VARCHAR", "how it was found", 'x."interval".method'),
  ],
};

/** A JSON scalar as a text without quotes, so that `600` and `"600"` read alike. */
const text = (sql: string): string => `json_extract_string(${sql}, '$')`;

export const checksView: View = {
  name: "checks",
  row: "one check of a trial's verdict",
  from: perTrial("verdict.checks", trial.verdict.checks[0]!),
  columns: [
    ...trialKey,
    column("check_id", "VARCHAR", "the rule", "x.id"),
    column("status", "VARCHAR", "`pass`, `fail` or `unknown`", "x.status"),
    column("value", "VARCHAR", "what was found", text("x.value")),
    column("limit_value", "VARCHAR", "what was allowed", text("x.limit")),
    column("margin", "DOUBLE", "how far inside (positive) or outside (negative)", "x.margin"),
    column("unit", "VARCHAR", "unit of value, limit and margin", "x.unit"),
    column("message", "VARCHAR", "the same in words", "x.message"),
    column("remedy", "VARCHAR", "what to do where it fails", "x.remedy"),
  ],
};

export const resolvedView: View = {
  name: "resolved",
  row: "one declared knob of a trial beside what the engine ended up with",
  from: perTrial("resolved", trial.resolved[0]!),
  columns: [
    ...trialKey,
    column("knob", "VARCHAR", "name of the knob", "x.knob"),
    column("declared", "JSON", "what was asked for", "x.declared"),
    column("resolved", "JSON", "what the engine says", "x.resolved"),
    column("status", "VARCHAR", "`same`, `different` or `not verifiable`", "x.status"),
    column("source", "VARCHAR", "where the engine says it", 'x."where"'),
  ],
};

export const launchesView: View = {
  name: "launches",
  row: "one launch of an engine",
  from: "read.launches",
  order: "study, l.ordinal, launch_id",
  columns: [
    study,
    column("launch_id", "VARCHAR", "its folder below `launches/`", "l.id"),
    column("ordinal", "INTEGER", "which launch of the study, from 1", "l.ordinal"),
    column("engine", "VARCHAR", "engine file", "l.engine"),
    column("engine_version", "VARCHAR", "what the engine said of itself", "l.engine_version"),
    column("origin", "VARCHAR", "`measured` or `simulated`", "l.origin"),
    column("configuration_id", "VARCHAR", "hash of engine, model and engine knobs", "l.configuration_id"),
    column("resolved_id", "VARCHAR", "hash of what was found", "l.resolved_id"),
    column("cold", "BOOLEAN", "true where no compile cache was there; null where unknown", "l.cold"),
    column("ready_after_s", "DOUBLE", "seconds from start to ready; null where it never was", "l.ready_after_s"),
    column("phases", "JSON", "start-up phases: `id`, `at_s`, `took_s`", "l.phases"),
    column("argv", "VARCHAR[]", "the command line, secrets masked", "l.argv"),
    column("exit_code", "INTEGER", "null while it runs, or after a signal", "l.exit.code"),
    column("exit_signal", "VARCHAR", "the signal that ended it", "l.exit.signal"),
    column("failure_class", "VARCHAR", "class of the failure; null where there was none", "l.failure.class"),
    column("failure_message", "VARCHAR", "the line that says so", "l.failure.message"),
    column("started_at", "TIMESTAMP", "UTC", utc("l.started_at")),
    column("ended_at", "TIMESTAMP", "UTC; null while it runs", utc("l.ended_at")),
  ],
};

/** Stored in the index as tables: they are small, and the files are many. In this order, since one reads the other. */
export const recordViews: View[] = [
  trialsView,
  experimentsView,
  measurementsView,
  checksView,
  resolvedView,
  launchesView,
];

export function recordViewSql({ columns, from, order, name }: View): string {
  const list = columns.map((one) => `(${one.sql})::${one.type} AS "${one.name}"`).join(",\n  ");
  const grouped = name === experimentsView.name ? "\nGROUP BY study, experiment_id" : "";
  return `SELECT\n  ${list}\nFROM ${from}${grouped}${order === undefined ? "" : `\nORDER BY ${order}`}`;
}
