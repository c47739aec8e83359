import type { Result } from "../schema/result.ts";
import type { Dataset } from "../schema/sample.ts";
import type { DatasetDeclaration } from "../schema/dataset-declaration.ts";
import { usedDatasets, type UsedDataset, type Workload } from "../schema/workload.ts";
import type { World } from "../world/world.ts";
import { classMix } from "./class-mix.ts";
import { cnnDailymail } from "./cnn-dailymail.ts";
import { conversations } from "./conversations.ts";
import { jsonl } from "./jsonl.ts";
import { leavesByLink } from "./leaves-by-link.ts";
import type { TextLengths, WorkloadLengths } from "./measured-lengths.ts";
import { sharegpt } from "./sharegpt.ts";
import { synthetic } from "./synthetic.ts";
import { trace } from "./trace.ts";

export { partOf as workloadOfDataset } from "./class-mix.ts";
export { measuredLengths, needsMeasuring, type WorkloadLengths } from "./measured-lengths.ts";
export { loadTrace } from "./traces/index.ts";
export { uniquePrompts } from "./unique-prompts.ts";

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

/** The declaration of a dataset of this kind. */
export type Declaration<Kind extends DatasetDeclaration["kind"]> = Extract<DatasetDeclaration, { kind: Kind }>;

/** A format: how its samples are had, and what its texts are to a tokenizer. */
interface Format<Kind extends DatasetDeclaration["kind"]> {
  load: (declaration: Declaration<Kind>, request: DatasetRequest) => Promise<Result<Dataset>>;
  lengths: (declaration: Declaration<Kind>) => TextLengths;
}

const asWritten: TextLengths = { made: false, sharedTokens: 0, systemTokens: 0, recordedAnswers: false };

const formats: { [Kind in DatasetDeclaration["kind"]]: Format<Kind> } = {
  "cnn-dailymail": { load: cnnDailymail, lengths: () => asWritten },
  conversations: {
    load: conversations,
    lengths: ({ system_tokens: systemTokens = 0 }) => ({ ...asWritten, made: true, systemTokens }),
  },
  jsonl: { load: jsonl, lengths: () => asWritten },
  sharegpt: {
    load: sharegpt,
    lengths: ({ output = "recorded" }) => ({ ...asWritten, recordedAnswers: output === "recorded" }),
  },
  synthetic: {
    load: synthetic,
    lengths: ({ shared_prefix_tokens: sharedTokens = 0 }) => ({ ...asWritten, made: true, sharedTokens }),
  },
  trace: { load: trace, lengths: () => ({ ...asWritten, made: true }) },
};

/** The samples of a workload, its selection applied. Absent or broken files are values that say where the data is to be had. */
export async function loadDataset(request: DatasetRequest): Promise<Result<Dataset>> {
  const { dataset, classes } = request.workload;
  if (classes.some((one) => one.dataset !== undefined)) return classMix(request, loadDataset);
  const path = "path" in dataset ? dataset.path : undefined;
  const linked = path === undefined ? null : leavesByLink(request.world, request.root, path);
  if (linked !== null) return linked;
  const { load } = formats[dataset.kind] as Format<DatasetDeclaration["kind"]>;
  return load(dataset, request);
}

/** What the texts of a workload's datasets are to a tokenizer. */
export function textLengthsOf(workload: Workload): WorkloadLengths {
  const used = usedDatasets(workload);
  const byClass = new Map(used.map((one) => [one.requestClass?.name, lengthsOf(one)]));
  return { all: [...byClass.values()], of: (sample) => byClass.get(sample.class)! };
}

function lengthsOf({ dataset }: UsedDataset): TextLengths {
  return (formats[dataset.kind] as Format<DatasetDeclaration["kind"]>).lengths(dataset);
}
