import { succeed } from "../../schema/result.ts";
import { batches, type Batch, type Entry, type MetricPoint } from "./batches.ts";
import type { MlflowClient, MlflowResult } from "./client.ts";
import { fittingValue } from "./names.ts";
import { api } from "./runs.ts";

/**
 * What older servers take of a value, in characters: params up to 500 before MLflow 2.8 (250 before 1.28), tags up to 5,000.
 * Newer ones shorten without a word at the limits in `names.ts`.
 */
const shorterLimits = [5000, 500, 250] as const;

/** What became of a batch: all of it that the server takes is there. */
export interface LoggedBatch {
  /** Values that this server keeps shortened, whole, by key. */
  shortened: { [key: string]: string };
  /** What it takes in no form, and what it says of it. */
  refused: { item: Entry | MetricPoint; says: string }[];
}

/**
 * Logs a batch. MLflow stores all of a request or nothing, so that one item would cost its neighbours: a request that is
 * refused (400) is sent again in halves, down to the item; a value that is too long for the server is shortened with a mark.
 */
export async function logBatch(client: MlflowClient, runId: string, batch: Batch): Promise<MlflowResult<LoggedBatch>> {
  const logged: LoggedBatch = { shortened: {}, refused: [] };
  for (const portion of batches(batch)) {
    const [name, items] = Object.entries(portion)[0] as [keyof Batch, (Entry | MetricPoint)[]];
    const sent = await logItems(client, runId, name, items, logged);
    if (!sent.ok) return sent;
  }
  return succeed(logged);
}

async function logItems(
  client: MlflowClient,
  runId: string,
  name: keyof Batch,
  items: (Entry | MetricPoint)[],
  logged: LoggedBatch,
): Promise<MlflowResult<null>> {
  const answer = await client.post(`${api}/runs/log-batch`, {
    run_id: runId,
    [name]: items.map((item) => ({ ...item })),
  });
  if (answer.ok) return succeed(null);
  if (answer.problem.status !== 400) return answer;
  if (items.length > 1) {
    const middle = Math.ceil(items.length / 2);
    const first = await logItems(client, runId, name, items.slice(0, middle), logged);
    return first.ok ? await logItems(client, runId, name, items.slice(middle), logged) : first;
  }
  const item = items[0]!;
  const { value } = item;
  if (typeof value === "string" && name !== "metrics") {
    for (const limit of shorterLimits.filter((most) => most < value.length)) {
      const shorter = { key: item.key, value: fittingValue(value, limit) };
      const again = await client.post(`${api}/runs/log-batch`, { run_id: runId, [name]: [shorter] });
      if (again.ok) {
        logged.shortened[item.key] = value;
        return succeed(null);
      }
      if (again.problem.status !== 400) return again;
    }
  }
  logged.refused.push({ item, says: answer.problem.message });
  return succeed(null);
}
