import { succeed } from "../../schema/result.ts";
import { batches, type Batch, type Entry, type MetricPoint } from "./batches.ts";
import type { MlflowClient, MlflowResult } from "./client.ts";
import { fittingValue } from "./names.ts";
import { api } from "./runs.ts";

/**
 * The longest value that older servers take, in characters: a param 500 before MLflow 2.8 (250 before 1.28), a tag 5,000.
 * Newer ones cut silently at the limits in `names.ts`.
 */
const shorterLimits = [5000, 500, 250] as const;

/** What became of a batch: the server has all of it but `refused`. */
export interface LoggedBatch {
  /** The whole values, by key, that this server keeps shortened. */
  shortened: { [key: string]: string };
  /** What the server takes in no form, with its message. */
  refused: { item: Entry | MetricPoint; says: string }[];
}

/**
 * Logs a batch. MLflow stores all of a request or nothing, so one bad item would cost the others: a request that is refused
 * (400) is sent again in halves, down to the single item. A value that is too long for the server is shortened, with a mark.
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
