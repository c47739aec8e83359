import { join } from "node:path";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { Delivery, Receipt, SentTrial } from "../mirror.ts";
import { concernsFiles, filesBelow, launchFiles, type Artifact } from "./artifacts.ts";
import { mlflowClient, ownRefusal, syncHint, type MlflowClient, type MlflowResult, type Refusal } from "./client.ts";
import type { MlflowConfig } from "./config.ts";
import { logBatch, type LoggedBatch } from "./log-batch.ts";
import { fittingValue, limits } from "./names.ts";
import { api, createRun, differing, findRuns, getRun, resolveExperiment, type StoredRun } from "./runs.ts";
import { closeStudy, mark, sendFiles, shortOf, studyRun, tellRefused, type Sending } from "./study-run.ts";
import { markSuperseded } from "./superseded.ts";
import { tagNames, trialRecord, trialsOf, type TrialRecord } from "./trial-record.ts";
import { countText } from "../../math/figures.ts";
import { defined } from "../../schema/json.ts";

/**
 * Brings a study's run and the runs of its trials up to date, one after the other. What is complete is found by its
 * tags and left alone; what a broken upload left is completed, and points that are there already are not doubled, since
 * every time stamp is the trial's own. A trial that the server refuses stands in nobody's way; a server that does not
 * answer ends it. A failure says how far it came.
 */
export async function sendTrials(
  world: Sending["world"],
  config: MlflowConfig,
  delivery: Delivery,
): Promise<Result<Receipt>> {
  const client = mlflowClient(world, config, delivery);
  const experiment = await resolveExperiment(client, config);
  if (!experiment.ok) return experiment;
  const notices = new Set<string>();
  const sending: Sending = {
    world,
    client,
    config,
    experimentId: experiment.value,
    notice: (message) => notices.add(message),
    filesRefused: null,
  };
  const counts = { sent: 0, already: 0 };
  let refusal: Refusal | null = null;
  for (const part of byOrigin(delivery)) {
    refusal = (await sendPart(sending, part, counts)) ?? refusal;
    if (refusal && endsSending(refusal)) break;
  }
  if (refusal === null) return succeed({ ...counts, notices: [...notices] });
  const { code, message, hint } = refusal.problem;
  const there = counts.sent + counts.already;
  return fail(code, `${message} (${there} of ${countText(delivery.trials.length, "trial")} sent)`, hint);
}

/** False of what the server has against one trial, and where only its store of files fails: figures of the others are sent. */
function endsSending(refusal: Refusal): boolean {
  return refusal.problem.status !== 400 && !concernsFiles(refusal);
}

/** What was simulated never stands under a measured study, although both have one name and one results folder. */
function byOrigin(delivery: Delivery): Delivery[] {
  const { study, trials, files, conclusion, ...rest } = delivery;
  const ofStudy = defined({ files, conclusion });
  const groups = Map.groupBy(trials, ({ trial }) => trial.origin);
  if (Object.keys(ofStudy).length > 0 && !groups.has(study.origin)) groups.set(study.origin, []);
  return [...groups].map(([origin, items]) => ({
    ...rest,
    study: origin === study.origin ? study : { ...study, origin, standIn: items[0]?.trial.standIn ?? null },
    trials: items,
    ...(origin === study.origin ? ofStudy : {}),
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
    if (endsSending(outcome)) return outcome;
    refusal ??= outcome;
  }
  return (await closeStudy(sending, parent.value, delivery)) ?? refusal;
}

/** From this many trials on, one search for all complete trials takes fewer requests than a search for each. */
const manyTrials = 10;

/** The sha256 of the study's trials that are completely there; empty for a few trials, which are looked for one by one. */
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

async function sendTrial(
  sending: Sending,
  parentRunId: string,
  item: SentTrial,
  complete: ReadonlySet<string>,
): Promise<MlflowResult<"sent" | "already">> {
  const { world, client, config, experimentId } = sending;
  const sha256 = await world.files.sha256(join(item.folder, "trial.json"));
  if (sha256 === null) {
    const message = `${join(item.folder, "trial.json")} is not there`;
    return ownRefusal(400, "trial-incomplete", message, `The folder was changed after it was written. ${syncHint}`);
  }
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

  const tags = [...record.identity, ...shortOf(record.tags), { key: tagNames.parent, value: parentRunId }];
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
  const stored = await sendFiles(sending, run.value, artifacts);
  if (!stored.ok && !concernsFiles(stored)) return stored;
  const ended = await client.post(`${api}/runs/update`, {
    run_id: run.value.runId,
    status: record.status,
    end_time: record.endMs,
  });
  if (!ended.ok) return ended;
  if (!stored.ok) return stored;
  const replaced = await markSuperseded(client, experimentId, item.trial, { sha256, parentRunId });
  if (!replaced.ok) return replaced;
  const marked = await mark(client, run.value.runId, tagNames.complete, sha256);
  return marked.ok ? succeed("sent") : marked;
}

function isComplete(run: StoredRun, sha256: string): boolean {
  return run.tags.get(tagNames.complete) === sha256;
}

/**
 * Params, figures, tags and the dataset, each unless it is there already. Returns, whole and by key, the values that this
 * server keeps shortened.
 */
async function writeRun(
  sending: Sending,
  run: StoredRun,
  record: TrialRecord,
): Promise<MlflowResult<LoggedBatch["shortened"]>> {
  const { client } = sending;
  const params = await logBatch(client, run.runId, { params: differing(record.params, run.params) });
  if (!params.ok) return params;
  const differ = await paramsThatDiffer(client, run, params.value.refused);
  if (!differ.ok) return differ;
  const tags = differing(record.tags, run.tags);
  if (differ.value.length > 0) {
    tags.push({ key: tagNames.paramsDiffer, value: fittingValue(differ.value.join(", "), limits.tag) });
  }
  const logged = await logBatch(client, run.runId, { metrics: record.metrics, tags });
  if (!logged.ok) return logged;
  const lost = params.value.refused.filter(({ item }) => !differ.value.includes(item.key));
  tellRefused(sending, [...lost, ...logged.value.refused]);
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
  if (inputs.ok) return succeed(shortened);
  const { status, errorCode, message } = inputs.problem;
  // A server before 2.4 has no data sets. One that is refused is in the params too, and costs nothing else.
  if (status !== 400 && !(status === 404 && errorCode === null)) return inputs;
  sending.notice(`MLflow did not take the data set of a run: ${message}`);
  return succeed(shortened);
}

/**
 * The refused params that are there with another value, which can never be changed (an earlier version of ours began the run,
 * or somebody set them by hand). They keep their values, and a tag names them.
 */
async function paramsThatDiffer(
  client: MlflowClient,
  run: StoredRun,
  refused: LoggedBatch["refused"],
): Promise<MlflowResult<string[]>> {
  if (refused.length === 0) return succeed([]);
  const now = await getRun(client, run.runId);
  if (!now.ok) return now;
  return succeed(refused.map(({ item }) => item.key).filter((key) => now.value.params.has(key)));
}
