import { hash } from "node:crypto";
import { succeed } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import type { Delivery } from "../mirror.ts";
import { concernsFiles, sendArtifacts, type Artifact } from "./artifacts.ts";
import type { Entry } from "./batches.ts";
import type { MlflowClient, MlflowResult, Refusal } from "./client.ts";
import type { MlflowConfig } from "./config.ts";
import { logBatch, type LoggedBatch } from "./log-batch.ts";
import { api, createRun, differing, findRuns, type StoredRun } from "./runs.ts";
import { studyRecord, type StudyRunRecord } from "./study-record.ts";
import { tagNames } from "./trial-record.ts";

/** One conversation with a server, about one experiment of it. */
export interface Sending {
  world: Pick<World, "files" | "network" | "clock">;
  client: MlflowClient;
  config: MlflowConfig;
  experimentId: string;
  notice: (message: string) => void;
  /** Why the server's store of files failed; it is not asked again in this conversation. Null while it did not. */
  filesRefused: Refusal | null;
}

/** The run of the study, made where it is not there, with what it concludes. */
export async function studyRun(sending: Sending, delivery: Delivery): Promise<MlflowResult<StoredRun>> {
  const { client, experimentId } = sending;
  const { conclusion = null } = delivery;
  const record = studyRecord(delivery.study, conclusion);
  const find = async () => {
    const runs = await findRuns(client, experimentId, record.identity, Infinity);
    if (!runs.ok) return runs;
    // A study of an earlier version began at no time that is known: a search finds those of this version too.
    const { began } = delivery.study;
    return succeed(runs.value.find(({ tags }) => began !== undefined || !tags.has(tagNames.began)) ?? null);
  };
  const found = await find();
  if (!found.ok) return found;
  const run = found.value ? succeed(found.value) : await createStudyRun(sending, delivery, record, find);
  if (!run.ok) return run;
  const tags = differing(record.tags, run.value.tags);
  if (conclusion !== null) return await writeConclusion(sending, run.value, record, tags);
  // While trials come in, the description keeps what was concluded last.
  const lacking = tags.filter(({ key }) => key !== tagNames.note || !run.value.tags.has(key));
  const logged = await logBatch(client, run.value.runId, { tags: lacking });
  if (!logged.ok) return logged;
  tellRefused(sending, logged.value.refused);
  return run;
}

async function writeConclusion(
  sending: Sending,
  run: StoredRun,
  { metrics }: StudyRunRecord,
  tags: Entry[],
): Promise<MlflowResult<StoredRun>> {
  const { client } = sending;
  const sha256 = hash("sha256", JSON.stringify(metrics));
  const isThere = run.tags.get(tagNames.conclusion) === sha256;
  const logged = await logBatch(client, run.runId, { metrics: isThere ? [] : metrics, tags });
  if (!logged.ok) return logged;
  tellRefused(sending, logged.value.refused);
  if (isThere) return succeed(run);
  const marked = await mark(client, run.runId, tagNames.conclusion, sha256);
  return marked.ok ? succeed(run) : marked;
}

async function createStudyRun(
  { client, config, experimentId, world }: Sending,
  delivery: Delivery,
  record: StudyRunRecord,
  find: () => Promise<MlflowResult<StoredRun | null>>,
): Promise<MlflowResult<StoredRun>> {
  const starts = delivery.trials.map(({ trial }) => Date.parse(trial.startedAt));
  const nested = config.parentRunId === null ? [] : [{ key: tagNames.parent, value: config.parentRunId }];
  const startMs = starts.length === 0 ? Date.parse(world.clock.wall()) : Math.min(...starts);
  const tags = [...record.identity, ...shortOf(record.tags), ...nested];
  return await createRun(client, { experimentId, name: record.name, startMs, tags }, config.retries, find);
}

/** Sends files of a run. Where the server's store failed once, every further file of the conversation is refused at once. */
export async function sendFiles(
  sending: Sending,
  { artifactUri }: StoredRun,
  artifacts: Artifact[],
): Promise<MlflowResult<null>> {
  if (sending.filesRefused !== null) return sending.filesRefused;
  const sent = await sendArtifacts(sending.world, sending.client, artifactUri, artifacts, sending.notice);
  if (!sent.ok && concernsFiles(sent)) sending.filesRefused = sent;
  return sent;
}

/** The report, the matrix, and an end that is not before any trial's. */
export async function closeStudy(
  sending: Sending,
  run: StoredRun,
  { trials, files = [] }: Delivery,
): Promise<Refusal | null> {
  const { client, world } = sending;
  let refusal: Refusal | null = null;
  const hashes = await Promise.all(files.map(async ({ path, file }) => `${path} ${await world.files.sha256(file)}`));
  const sha256 = hash("sha256", hashes.join("\n"));
  if (files.length > 0 && run.tags.get(tagNames.report) !== sha256) {
    const artifacts = files.map(({ path, file }) => ({ path, content: { file } }));
    const sent = await sendFiles(sending, run, artifacts);
    if (!sent.ok && !concernsFiles(sent)) return sent;
    if (sent.ok) {
      const tagged = await mark(client, run.runId, tagNames.report, sha256);
      if (!tagged.ok) return tagged;
    } else refusal = sent;
  }
  if (trials.length === 0) return refusal;
  const endMs = Math.max(run.endMs ?? 0, ...trials.map(({ trial }) => Date.parse(trial.endedAt)));
  if (run.status === "FINISHED" && run.endMs === endMs) return refusal;
  const body = { run_id: run.runId, status: "FINISHED", end_time: endMs };
  const updated = await client.post(`${api}/runs/update`, body);
  return updated.ok ? refusal : updated;
}

/** Sets a tag that says what is there. One that the server refuses is a failure, since it would be sent anew each time. */
export async function mark(
  client: MlflowClient,
  runId: string,
  key: string,
  value: string,
): Promise<MlflowResult<unknown>> {
  return await client.post(`${api}/runs/log-batch`, { run_id: runId, tags: [{ key, value }] });
}

export function tellRefused({ notice }: Sending, refused: LoggedBatch["refused"]): void {
  for (const { item, says } of refused) notice(`MLflow did not take ${item.key}: ${says}`);
}

/** Tags that every server takes. A run is made with these alone, since a tag that is too long would prevent the whole run. */
export function shortOf(tags: readonly Entry[]): Entry[] {
  return tags.filter(({ value }) => value.length <= 1000);
}
