import { createHash } from "node:crypto";
import { createRandom } from "../math/random.ts";
import { succeed, type Result } from "../schema/result.ts";
import { conversationsOf, type Dataset, type Sample } from "../schema/sample.ts";
import { usedDatasets, type UsedDataset, type Workload } from "../schema/workload.ts";
import type { DatasetRequest } from "./index.ts";
import { WrappedSample } from "./wrapped-sample.ts";

/** One dataset of several, and the part of the requests that it has. */
interface Part {
  used: UsedDataset;
  share: number;
  dataset: Dataset;
}

/**
 * The samples of a workload whose classes have datasets of their own, each with the name of its class; those of the workload's own
 * dataset, for the classes without one, have none. They are mixed by the classes' shares, so that any stretch has about as much of
 * each. `load` has the samples of a workload with one dataset. Datasets that are made have seeds of their own: no two classes share
 * a prefix.
 */
export async function classMix(
  request: DatasetRequest,
  load: (request: DatasetRequest) => Promise<Result<Dataset>>,
): Promise<Result<Dataset>> {
  const { workload, seed } = request;
  const datasets = usedDatasets(workload).map((used) => ({ used, share: shareOf(used, workload.classes) }));
  const whole = datasets.reduce((sum, { share }) => sum + share, 0);
  const parts: Part[] = [];
  for (const { used, share: own } of datasets) {
    const share = own / whole;
    const loaded = await load({
      ...request,
      workload: partOf(workload, used),
      seed: used.requestClass === null ? seed : seedOf(seed, used.requestClass.name),
      samples: Math.ceil(request.samples * share) + 1,
    });
    if (!loaded.ok) return loaded;
    parts.push({ used, share, dataset: loaded.value });
  }
  const digest = createHash("sha256");
  for (const { used, dataset } of parts) digest.update(`${used.requestClass?.name ?? ""} ${dataset.sha256}\n`);
  return succeed({
    name: parts.map(({ used, dataset }) => `${used.requestClass?.name ?? "others"}: ${dataset.name}`).join(", "),
    samples: mixed(parts),
    hasReferences: parts.every(({ dataset }) => dataset.hasReferences),
    sha256: digest.digest("hex"),
    path: null,
    recognised: parts.every(({ dataset }) => dataset.recognised === true) ? true : null,
  });
}

/** The workload as if one of its datasets were all that it asks. A selection is of its own dataset. */
export function partOf(workload: Workload, { dataset, requestClass }: UsedDataset): Workload {
  const most = requestClass?.sampling?.max_tokens;
  const { maxTokensFollow, ...others } = workload;
  return {
    ...others,
    ...(maxTokensFollow === true && most === undefined ? { maxTokensFollow } : {}),
    dataset,
    classes: [],
    selection: requestClass === null ? workload.selection : {},
    sampling: { ...workload.sampling, ...requestClass?.sampling },
  };
}

function shareOf({ requestClass }: UsedDataset, classes: Workload["classes"]): number {
  const own = requestClass === null ? classes.filter(({ dataset }) => dataset === undefined) : [requestClass];
  return own.reduce((sum, { share = 1 }) => sum + share, 0);
}

function seedOf(seed: number, name: string): number {
  return createRandom(seed)
    .fork(`class ${name}`)
    .integer(2 ** 32);
}

/** Whole conversations in turn, always of the part that is furthest behind its share. */
function mixed(parts: readonly Part[]): Sample[] {
  const queues = parts.map(({ used, share, dataset }) => ({
    name: used.requestClass?.name,
    share,
    units: conversationsOf(dataset.samples),
    taken: 0,
  }));
  const samples: Sample[] = [];
  for (let conversation = 0; ; conversation += 1) {
    let next: (typeof queues)[number] | null = null;
    for (const queue of queues) {
      if (queue.taken === queue.units.length) continue;
      if (next === null || (queue.taken + 1) / queue.share < (next.taken + 1) / next.share) next = queue;
    }
    if (next === null) return samples;
    for (const sample of next.units[next.taken]!) {
      const turn = sample.turn && { ...sample.turn, conversation };
      samples.push(new WrappedSample(sample, { index: samples.length, class: next.name, turn }));
    }
    next.taken += 1;
  }
}
