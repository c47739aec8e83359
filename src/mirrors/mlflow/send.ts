import { join } from "node:path";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import type { Delivery, Receipt, SentTrial } from "../mirror.ts";
import { filesBelow, launchFiles, reportArtifact, sendArtifacts, type Artifact } from "./artifacts.ts";
import type { Entry } from "./batches.ts";
import { mlflowClient, syncHint, type MlflowClient, type MlflowFault, type MlflowResult } from "./client.ts";
import type { MlflowConfig } from "./config.ts";
import { logBatch, type LoggedBatch } from "./log-batch.ts";
import { fittingValue, limits } from "./names.ts";
import { api, createRun, differing, findRuns, getRun, resolveExperiment, type StoredRun } from "./runs.ts";
import { studyRecord, tagNames, trialRecord, trialsOf, type TrialRecord } from "./trial-record.ts";

type Touches = Pick<World, "files" | "network" | "clock">;

type Refusal = { ok: false; problem: MlflowFault };

interface Sending {
  world: Touches;
  client: MlflowClient;
  config: MlflowConfig;
  experimentId: string;
  notice: (message: string) => void;
}

/**
 * Brings a study's run and the runs of its trials up to date, one after the other. What is complete is found by its
 * tags and left alone; what a broken upload left is completed, and points that are there already are not doubled, since
 * every time stamp is the trial's own. A trial that the server refuses stands in nobody's way; a server that does not
 * answer ends it. A failure says how far it came.
 */
export async function sendStudy(
  world: Touches,
  config: MlflowConfig,
  delivery: Delivery,
  notice: (message: string) => void,
): Promise<Result<Omit<Receipt, "notices">>> {
  const client = mlflowClient(world, config, delivery);
  const experiment = await resolveExperiment(client, config);
  if (!experiment.ok) return experiment;
  const sending: Sending = { world, client, config, experimentId: experiment.value, notice };
  const counts = { sent: 0, already: 0 };
  let refusal: Refusal | null = null;
  for (const part of byOrigin(delivery)) {
    refusal = (await sendPart(sending, part, counts)) ?? refusal;
    if (refusal && !concernsOneTrial(refusal)) break;
  }
  if (refusal === null) return succeed(counts);
  const { code, message, hint } = refusal.problem;
  const there = counts.sent + counts.already;
  return fail(code, `${message} (${there} of ${delivery.trials.length} trials are there)`, hint);
}

function concernsOneTrial({ problem }: Refusal): boolean {
  return problem.status === 400;
}

/** What was simulated never stands under a measured study, although both have one name and one results folder. */
function byOrigin(delivery: Delivery): Delivery[] {
  const { study, trials, reportFile, ...rest } = delivery;
  const groups = Map.groupBy(trials, ({ trial }) => trial.origin);
  if (reportFile !== undefined && !groups.has(study.origin)) groups.set(study.origin, []);
  return [...groups].map(([origin, items]) => ({
    ...rest,
    study: origin === study.origin ? study : { ...study, origin, standIn: items[0]?.trial.standIn ?? null },
    trials: items,
    ...(reportFile !== undefined && origin === study.origin ? { reportFile } : {}),
  }));
}

/** Null where all of it is there. */
async function sendPart(
  sending: Sending,
  delivery: Delivery,
  counts: Omit<Receipt, "notices">,
): Promise<Refusal | null> {
  const parent = await studyRun(sending, delivery);
  if (!parent.ok) return parent;
  const complete = await completeTrials(sending.client, sending.experimentId, delivery);
  if (!complete.ok) return complete;
  let refusal: Refusal | null = null;
  for (const item of delivery.trials) {
    const outcome = await sendTrial(sending, parent.value.runId, item, complete.value);
    if (outcome.ok) {
      counts[outcome.value] += 1;
      continue;
    }
    if (!concernsOneTrial(outcome)) return outcome;
    refusal ??= outcome;
  }
  return (await closeStudy(sending, parent.value, delivery)) ?? refusal;
}

/** From so many trials on it is cheaper to ask once for all that is complete than for each trial. */
const manyTrials = 10;

/** The sha256 of the study's trials that are there whole; empty for a few trials, which are each looked for. */
async function completeTrials(
  client: MlflowClient,
  experimentId: string,
  { study, trials }: Delivery,
): Promise<MlflowResult<ReadonlySet<string>>> {
  if (trials.length < manyTrials) return succeed(new Set());
  const runs = await findRuns(client, experimentId, trialsOf(study), Infinity);
  if (!runs.ok) return runs;
  return succeed(new Set(runs.value.flatMap(({ tags }) => tags.get(tagNames.complete) ?? [])));
}

async function studyRun(sending: Sending, delivery: Delivery): Promise<MlflowResult<StoredRun>> {
  const { client, config, experimentId, world } = sending;
  const record = studyRecord(delivery.study);
  const find = async () => {
    const runs = await findRuns(client, experimentId, record.identity);
    return runs.ok ? succeed(runs.value[0] ?? null) : runs;
  };
  const found = await find();
  if (!found.ok) return found;
  if (found.value) {
    const logged = await logBatch(client, found.value.runId, { tags: differing(record.tags, found.value.tags) });
    return logged.ok ? succeed(found.value) : logged;
  }
  const starts = delivery.trials.map(({ trial }) => Date.parse(trial.startedAt));
  const nested = config.parentRunId === null ? [] : [{ key: "mlflow.parentRunId", value: config.parentRunId }];
  const startMs = starts.length === 0 ? Date.parse(world.clock.wall()) : Math.min(...starts);
  const tags = [...record.identity, ...shortOf(record.tags), ...nested];
  const made = await createRun(client, { experimentId, name: record.name, startMs, tags }, config.retries, find);
  if (!made.ok) return made;
  const logged = await logBatch(client, made.value.runId, { tags: differing(record.tags, made.value.tags) });
  return logged.ok ? made : logged;
}

/** The report, and an end that is not before any trial's. */
async function closeStudy(
  { client, world, notice }: Sending,
  run: StoredRun,
  { trials, reportFile }: Delivery,
): Promise<Refusal | null> {
  if (reportFile !== undefined) {
    const sha256 = await world.files.sha256(reportFile);
    if (sha256 !== null && run.tags.get(tagNames.report) !== sha256) {
      const sent = await sendArtifacts(world, client, run.artifactUri, [reportArtifact(reportFile)], notice);
      if (!sent.ok) return sent;
      const tagged = await logBatch(client, run.runId, { tags: [{ key: tagNames.report, value: sha256 }] });
      if (!tagged.ok) return tagged;
    }
  }
  if (trials.length === 0) return null;
  const endMs = Math.max(run.endMs ?? 0, ...trials.map(({ trial }) => Date.parse(trial.endedAt)));
  if (run.status === "FINISHED" && run.endMs === endMs) return null;
  const body = { run_id: run.runId, status: "FINISHED", end_time: endMs };
  const updated = await client.post(`${api}/runs/update`, body);
  return updated.ok ? null : updated;
}

async function sendTrial(
  sending: Sending,
  parentRunId: string,
  item: SentTrial,
  complete: ReadonlySet<string>,
): Promise<MlflowResult<"sent" | "already">> {
  const { world, client, config, experimentId, notice } = sending;
  const sha256 = await world.files.sha256(join(item.folder, "trial.json"));
  if (sha256 === null) return notThere(item.folder);
  if (complete.has(sha256)) return succeed("already");
  const record = trialRecord(item.trial, sha256, (await item.series?.()) ?? []);
  const find = async () => {
    const runs = await findRuns(client, experimentId, record.identity);
    if (!runs.ok) return runs;
    return succeed(runs.value.find((run) => isComplete(run, sha256)) ?? runs.value[0] ?? null);
  };
  const found = await find();
  if (!found.ok) return found;
  if (found.value && isComplete(found.value, sha256)) return succeed("already");

  const tags = [...record.identity, ...shortOf(record.tags), { key: "mlflow.parentRunId", value: parentRunId }];
  const { name, startMs } = record;
  const run = found.value
    ? succeed(found.value)
    : await createRun(client, { experimentId, name, startMs, tags }, config.retries, find);
  if (!run.ok) return run;

  const written = await writeRun(sending, run.value, record);
  if (!written.ok) return written;
  const longValues = { ...record.longValues, ...written.value };
  const artifacts: Artifact[] = await filesBelow(world, item.folder);
  if (item.launchFolder !== undefined && item.launchFolder !== null)
    artifacts.push(...(await launchFiles(world, item.launchFolder)));
  if (Object.keys(longValues).length > 0) {
    const text = `${JSON.stringify(longValues, null, 2)}\n`;
    artifacts.push({ path: "long-values.json", content: { text } });
  }
  const stored = await sendArtifacts(world, client, run.value.artifactUri, artifacts, notice);
  if (!stored.ok) return stored;
  const ended = await client.post(`${api}/runs/update`, {
    run_id: run.value.runId,
    status: record.status,
    end_time: record.endMs,
  });
  if (!ended.ok) return ended;
  const marked = await logBatch(client, run.value.runId, { tags: [{ key: tagNames.complete, value: sha256 }] });
  return marked.ok ? succeed("sent") : marked;
}

/** Tags that every server takes: a run is made with these, since one that is too long would keep it from being made. */
function shortOf(tags: readonly Entry[]): Entry[] {
  return tags.filter(({ value }) => value.length <= 1000);
}

function isComplete(run: StoredRun, sha256: string): boolean {
  return run.tags.get(tagNames.complete) === sha256;
}

/** Params, figures, tags and the dataset, each as far as it is not there. Gives the values that this server keeps shortened, whole, by key. */
async function writeRun(
  { client, notice }: Sending,
  run: StoredRun,
  record: TrialRecord,
): Promise<MlflowResult<LoggedBatch["shortened"]>> {
  const params = await logBatch(client, run.runId, { params: differing(record.params, run.params) });
  if (!params.ok) return params;
  const other = await paramsThatDiffer(client, run, params.value.refused);
  if (!other.ok) return other;
  const tags = [...differing(record.tags, run.tags), ...other.value];
  const logged = await logBatch(client, run.runId, { metrics: record.metrics, tags });
  if (!logged.ok) return logged;
  const lost = [...params.value.refused, ...logged.value.refused];
  if (other.value.length === 0) for (const { item, says } of lost) notice(`MLflow did not take ${item.key}: ${says}`);
  const shortened = { ...params.value.shortened, ...logged.value.shortened };
  if (record.dataset === null || run.datasets > 0) return succeed(shortened);
  const { name, digest, sha256, samples, context } = record.dataset;
  const inputs = await client.post(`${api}/runs/log-inputs`, {
    run_id: run.runId,
    datasets: [
      {
        tags: [{ key: "mlflow.data.context", value: context }],
        dataset: {
          name,
          digest,
          source_type: "local",
          source: JSON.stringify({ uri: name, sha256 }),
          ...(samples === null ? {} : { profile: JSON.stringify({ num_rows: samples }) }),
        },
      },
    ],
  });
  return inputs.ok ? succeed(shortened) : inputs;
}

/**
 * A param that is there with another value can never be changed (a run that an earlier version of ours began, or somebody's
 * hand). It keeps its value, and this tag names it; none where there is no such param.
 */
async function paramsThatDiffer(
  client: MlflowClient,
  run: StoredRun,
  refused: LoggedBatch["refused"],
): Promise<MlflowResult<Entry[]>> {
  if (refused.length === 0) return succeed([]);
  const now = await getRun(client, run.runId);
  if (!now.ok) return now;
  const differ = refused.filter(({ item }) => now.value.params.has(item.key)).map(({ item }) => item.key);
  if (differ.length === 0) return succeed([]);
  return succeed([{ key: tagNames.paramsDiffer, value: fittingValue(differ.join(", "), limits.tag) }]);
}

function notThere(folder: string): MlflowResult<never> {
  return {
    ok: false,
    problem: {
      code: "trial-incomplete",
      message: `${join(folder, "trial.json")} is not there`,
      hint: `The folder was changed after it was written. ${syncHint}`,
      status: 400,
      errorCode: null,
    },
  };
}
