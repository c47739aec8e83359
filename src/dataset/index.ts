import type { Result } from "../schema/result.ts";
import type { Dataset } from "../schema/sample.ts";
import type { DatasetDeclaration, Workload } from "../schema/workload.ts";
import type { World } from "../world/world.ts";
import { cnnDailymail } from "./cnn-dailymail.ts";
import { jsonl } from "./jsonl.ts";
import { synthetic } from "./synthetic.ts";

export { loadTrace } from "./traces/index.ts";

/** What a format needs to know beside its declaration. */
export interface DatasetRequest {
  world: World;
  /** The study's folder, which a declared path is relative to. */
  root: string;
  seed: number;
  workload: Workload;
  /** Samples that are asked for at most; a made dataset makes so many. */
  samples: number;
}

type Loader<Kind extends DatasetDeclaration["kind"]> = (
  declaration: Extract<DatasetDeclaration, { kind: Kind }>,
  request: DatasetRequest,
) => Promise<Result<Dataset>>;

const formats: { [Kind in DatasetDeclaration["kind"]]: Loader<Kind> } = {
  "cnn-dailymail": cnnDailymail,
  jsonl,
  synthetic,
};

/** The samples of a workload, its selection applied. Absent or broken files are values that say where the data is to be had. */
export async function loadDataset(request: DatasetRequest): Promise<Result<Dataset>> {
  const { dataset } = request.workload;
  const load = formats[dataset.kind] as Loader<DatasetDeclaration["kind"]>;
  return load(dataset, request);
}
