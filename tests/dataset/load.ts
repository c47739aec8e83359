import { loadDataset } from "../../src/dataset/index.ts";
import type { Result } from "../../src/schema/result.ts";
import type { Dataset } from "../../src/schema/sample.ts";
import type { DatasetDeclaration } from "../../src/schema/dataset-declaration.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeWorkload } from "../support/make-study.ts";

/** A dataset of text out of a folder; `prompt: text` where the changes do not say otherwise. */
export function loadText(
  dataset: DatasetDeclaration,
  {
    root = "/nowhere",
    samples = 20,
    seed = 7,
    ...changes
  }: Partial<Workload> & {
    root?: string;
    samples?: number;
    seed?: number;
  } = {},
): Promise<Result<Dataset>> {
  const workload = makeWorkload({ dataset, prompt: "text", endpoint: "chat", ...changes });
  return loadDataset({ world: realWorld(), root, seed, samples, workload });
}

/** The dataset, or a failed test that says why there is none. */
export function samplesIn(result: Result<Dataset>): Dataset["samples"] {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value.samples;
}
