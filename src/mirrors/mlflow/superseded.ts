import { succeed } from "../../schema/result.ts";
import type { Trial } from "../../schema/trial.ts";
import { api, findRunsLike, type StoredRun } from "./runs.ts";
import type { MlflowClient, MlflowResult } from "./client.ts";
import { fittingValue, limits, searchable } from "./names.ts";
import { mark } from "./study-run.ts";
import { tagNames } from "./trial-record.ts";

/**
 * Marks the runs of a trial that another attempt took the place of, and the run of an earlier measurement under the same id:
 * each is KILLED, its name begins with "superseded", and a tag names what counts instead. Those below another study's run stay: its
 * matrix may be the same. `sha256` is that of the trial just sent.
 */
export async function markSuperseded(
  client: MlflowClient,
  experimentId: string,
  { study, spec }: Trial,
  { sha256, parentRunId }: { sha256: string; parentRunId: string },
): Promise<MlflowResult<null>> {
  const stem = `${searchable(study)}/${spec.trialId.replace(/\d+$/, "")}`;
  const found = await findRunsLike(client, experimentId, tagNames.trial, stem);
  if (!found.ok) return found;
  const own = found.value.filter(({ tags }) => tags.get(tagNames.parent) === parentRunId);
  const attempts = own.map((run) => ({
    run,
    attempt: Number(run.tags.get(tagNames.trial)?.slice(stem.length)),
  }));
  const last = Math.max(spec.attempt, ...attempts.map(({ attempt }) => attempt));
  for (const { run, attempt } of attempts) {
    const isReplaced = attempt === spec.attempt && run.tags.get(tagNames.sha256) !== sha256;
    if ((attempt === last && !isReplaced) || run.tags.has(tagNames.superseded)) continue;
    const marked = await retire(client, run, attempt === last ? "a later measurement" : `attempt ${last}`);
    if (!marked.ok) return marked;
  }
  return succeed(null);
}

async function retire(client: MlflowClient, run: StoredRun, by: string): Promise<MlflowResult<unknown>> {
  const updated = await client.post(`${api}/runs/update`, {
    run_id: run.runId,
    status: "KILLED",
    run_name: fittingValue(`superseded ${run.name}`, limits.runName),
    ...(run.endMs === null ? {} : { end_time: run.endMs }),
  });
  if (!updated.ok) return updated;
  return await mark(client, run.runId, tagNames.superseded, `by ${by}`);
}
