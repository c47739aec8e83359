import { asMap, type Json } from "../../schema/json.ts";
import { succeed } from "../../schema/result.ts";
import { compareTexts } from "../../schema/text-order.ts";
import type { Entry } from "./batches.ts";
import { mayPass, ownRefusal, syncHint, type JsonObject, type MlflowClient, type MlflowResult } from "./client.ts";
import type { MlflowConfig } from "./config.ts";
import { fittingValue, limits } from "./names.ts";

export const api = "/api/2.0/mlflow";

/** A run as the server has it, as far as we look at it. */
export interface StoredRun {
  runId: string;
  name: string;
  status: string;
  endMs: number | null;
  artifactUri: string;
  params: Map<string, string>;
  tags: Map<string, string>;
  datasets: number;
}

export interface NewRun {
  experimentId: string;
  name: string;
  startMs: number;
  tags: Entry[];
}

/** The experiment's id: the one that the configuration names, made if it is named and not there. Failures: it was deleted, it has no such id. */
export async function resolveExperiment(client: MlflowClient, config: MlflowConfig): Promise<MlflowResult<string>> {
  if (config.parentRunId !== null) {
    const run = await client.get(`${api}/runs/get`, { run_id: config.parentRunId });
    return run.ok ? succeed(text(member(member(run.value["run"], "info"), "experiment_id"))) : run;
  }
  if ("id" in config.experiment) {
    return usable(await client.get(`${api}/experiments/get`, { experiment_id: config.experiment.id }));
  }
  const { name } = config.experiment;
  const byName = () => client.get(`${api}/experiments/get-by-name`, { experiment_name: name });
  const found = await byName();
  if (found.ok || found.problem.errorCode !== "RESOURCE_DOES_NOT_EXIST") return usable(found);
  const made = await client.post(`${api}/experiments/create`, { name });
  if (made.ok) return succeed(text(made.value["experiment_id"]));
  // Somebody else made it in between, or our first try did and its answer was lost.
  return made.problem.errorCode === "RESOURCE_ALREADY_EXISTS" ? usable(await byName()) : made;
}

function usable(answer: MlflowResult<JsonObject>): MlflowResult<string> {
  if (!answer.ok) return answer;
  const experiment = answer.value["experiment"];
  const id = text(member(experiment, "experiment_id"));
  if (member(experiment, "lifecycle_stage") !== "deleted") return succeed(id);
  return ownRefusal(
    200,
    "mlflow-experiment-deleted",
    `the MLflow experiment ${text(member(experiment, "name"))} was deleted`,
    `Restore it (mlflow experiments restore --experiment-id ${id}), or name another one with MLFLOW_EXPERIMENT_NAME.`,
  );
}

/**
 * Runs that are not deleted and carry all these tags (values as `searchable` makes them), in a stable order. Pages are read
 * until there are `most` or more.
 */
export async function findRuns(
  client: MlflowClient,
  experimentId: string,
  tags: Entry[],
  most = 100,
): Promise<MlflowResult<StoredRun[]>> {
  const filter = tags.map(({ key, value }) => `tags.\`${key}\` = '${value}'`).join(" and ");
  return await search(client, experimentId, filter, most);
}

/** Runs that are not deleted and whose tag begins with `start`, followed by digits alone. */
export async function findRunsLike(
  client: MlflowClient,
  experimentId: string,
  tag: string,
  start: string,
): Promise<MlflowResult<StoredRun[]>> {
  const runs = await search(client, experimentId, `tags.\`${tag}\` LIKE '${start}%'`, Infinity);
  if (!runs.ok) return runs;
  // In LIKE an underscore is any character, so that some of what was found may be others'.
  return succeed(
    runs.value.filter(({ tags }) => {
      const value = tags.get(tag) ?? "";
      return value.startsWith(start) && /^\d+$/.test(value.slice(start.length));
    }),
  );
}

async function search(
  client: MlflowClient,
  experimentId: string,
  filter: string,
  most: number,
): Promise<MlflowResult<StoredRun[]>> {
  const runs: StoredRun[] = [];
  for (let page: string | null = ""; page !== null && runs.length < most;) {
    const answer = await client.post(`${api}/runs/search`, {
      experiment_ids: [experimentId],
      filter,
      run_view_type: "ACTIVE_ONLY",
      max_results: Math.min(most, 1000),
      ...(page === "" ? {} : { page_token: page }),
    });
    // No hit is an answer without `runs`.
    if (!answer.ok) return answer;
    runs.push(...list(answer.value["runs"]).flatMap((run) => storedRun(run) ?? []));
    page = text(answer.value["next_page_token"]) || null;
  }
  return succeed(runs.toSorted(byId));
}

export async function getRun(client: MlflowClient, runId: string): Promise<MlflowResult<StoredRun>> {
  const answer = await client.get(`${api}/runs/get`, { run_id: runId });
  return runOf(answer);
}

/**
 * Makes a run. MLflow has no key that would make a second request harmless, so a request that failed is followed by a
 * search before it is made again: its answer may be all that was lost. `find` looks for the run among those with its tags.
 */
export async function createRun(
  client: MlflowClient,
  run: NewRun,
  retries: number,
  find: () => Promise<MlflowResult<StoredRun | null>>,
): Promise<MlflowResult<StoredRun>> {
  for (let attempt = 0; ; attempt += 1) {
    const made = await client.post(
      `${api}/runs/create`,
      {
        experiment_id: run.experimentId,
        run_name: fittingValue(run.name, limits.runName),
        start_time: run.startMs,
        tags: run.tags.map(({ key, value }) => ({ key, value })),
      },
      { retries: 0 },
    );
    if (made.ok) return runOf(made);
    const found = await find();
    if (!found.ok) return made;
    if (found.value) return succeed(found.value);
    if (!mayPass(made.problem) || attempt >= retries) return made;
    await client.pause();
  }
}

/** Those of `wanted` that the run lacks or has otherwise. */
export function differing(wanted: Entry[], stored: ReadonlyMap<string, string>): Entry[] {
  return wanted.filter(({ key, value }) => stored.get(key) !== value);
}

function runOf(answer: MlflowResult<JsonObject>): MlflowResult<StoredRun> {
  if (!answer.ok) return answer;
  const run = storedRun(answer.value["run"] ?? null);
  if (run) return succeed(run);
  const message = "the tracking server answered without a run";
  return ownRefusal(200, "not-mlflow", message, `Check the tracking address. ${syncHint}`);
}

function storedRun(run: Json): StoredRun | null {
  const info = member(run, "info");
  const data = member(run, "data");
  const end = member(info, "end_time");
  const runId = text(member(info, "run_id"));
  if (runId === "") return null;
  return {
    runId,
    name: text(member(info, "run_name")),
    status: text(member(info, "status")),
    endMs: end === undefined || end === null ? null : Number(end),
    artifactUri: text(member(info, "artifact_uri")),
    params: entries(member(data, "params")),
    tags: entries(member(data, "tags")),
    datasets: list(member(member(run, "inputs"), "dataset_inputs")).length,
  };
}

function byId(left: StoredRun, right: StoredRun): number {
  return compareTexts(left.runId, right.runId);
}

function entries(value: Json | undefined): Map<string, string> {
  return new Map(list(value).map((entry) => [text(member(entry, "key")), text(member(entry, "value"))]));
}

function member(value: Json | undefined, key: string): Json | undefined {
  return asMap(value)?.[key];
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
