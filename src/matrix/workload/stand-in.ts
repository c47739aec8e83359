import { relative, resolve } from "node:path";
import type { Engine } from "../../schema/engine.ts";
import type { MatrixFile } from "../../schema/matrix-file.ts";
import type { RequestClass, WorkloadFile } from "../../schema/workload.ts";
import { defined } from "../../schema/json.ts";

/** Where a study and its engine file lie. */
interface StudyPlace {
  root: string;
  engine: Pick<Engine, "folder">;
}

/**
 * A workload on an engine that stands in for another. What is made by the lengths that it declares is kept whole: there the
 * stand-in says no more than the counts that the matrix leaves open. Where a dataset is a file's, what the stand-in says wins, member by
 * member, and its dataset replaces the matrix's whole.
 */
export function replacedWorkload(file: WorkloadFile, standIn: WorkloadFile, parts: StudyPlace): WorkloadFile {
  if (isMade(file)) {
    const { requests, seconds } = file.counts ?? {};
    const isSaid = requests !== undefined || seconds !== undefined;
    return isSaid ? file : { ...file, counts: { ...standIn.counts, ...file.counts } };
  }
  const { use: _use, dataset, ...members } = standIn;
  const replaced: WorkloadFile = {
    ...file,
    ...members,
    load: { ...file.load, ...members.load },
    sampling: { ...file.sampling, ...members.sampling },
    counts: { ...file.counts, ...members.counts },
  };
  if (dataset === undefined) return replaced;
  // The matrix's selection and prompt form were those of its own dataset.
  const { selection: _selection, prompt: _prompt, prompt_lengths: _lengths, classes, ...rest } = replaced;
  const { selection, prompt, prompt_lengths } = members;
  const kept = classes?.filter((one) => one !== null).map(withoutFile);
  return {
    ...rest,
    ...defined({ classes: kept, selection, prompt, prompt_lengths }),
    dataset: dataset.kind === "jsonl" ? { ...dataset, path: fromRoot(dataset.path, parts) } : dataset,
  };
}

/** True of a workload whose prompts are all made by declared lengths. */
export function isMade({ dataset, classes = [] }: WorkloadFile): boolean {
  const all = [dataset, ...classes.map((one) => one?.dataset)].filter((one) => one !== undefined);
  return all.length > 0 && all.every(({ kind }) => kind === "synthetic" || kind === "conversations");
}

/** A class asks what stands in for its file as well. */
function withoutFile(requestClass: RequestClass): RequestClass {
  const { dataset, ...others } = requestClass;
  return dataset === undefined || isMade({ dataset }) ? requestClass : others;
}

/** Why something stands in for what the matrix names; null where the engine runs all of it as it is declared. */
export function standInText(standIn: Engine["standIn"], matrix: Partial<MatrixFile>): string | null {
  if (standIn === null) return null;
  const own = typeof matrix.accuracy === "object" && !("not_applicable" in matrix.accuracy) ? [matrix.accuracy] : [];
  const files = [...(matrix.workloads ?? []), ...own].filter((file) => file !== null);
  const keepsAll = standIn.model === undefined && files.length > 0 && files.every(isMade);
  return keepsAll ? null : standIn.because;
}

/** An engine file names a dataset from its own folder. */
function fromRoot(path: string, parts: StudyPlace): string {
  return relative(parts.root, resolve(parts.engine.folder, path)).replaceAll("\\", "/");
}
