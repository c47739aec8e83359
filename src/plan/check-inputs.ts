import { loadDataset, loadTrace, workloadOfDataset } from "../dataset/index.ts";
import { datasetsOf, diagnosticOf, hasShape, lintSamples, workloadsWithPlaces } from "../matrix/index.ts";
import { DatasetDeclaration } from "../schema/dataset-declaration.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import type { Fault, Result } from "../schema/result.ts";
import type { Dataset } from "../schema/sample.ts";
import { ArrivalDeclaration, type Workload } from "../schema/workload.ts";
import type { World } from "../world/world.ts";
import { datasetFault } from "./dataset-fault.ts";
import { librarySize } from "./ruleset-load.ts";
import { datasetKey } from "./trial-workload.ts";

/**
 * What `run` would refuse for the files that its workloads read: each dataset and trace is read as `run`
 * reads it. A file that the machine names, and not the matrix (MLPerf's, without a path), may be on another machine: a
 * missing one is a warning.
 */
export async function checkInputs(
  world: World,
  { study, expansion }: Pick<Plan, "study"> & { expansion: Expansion },
  root: string,
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  const samplesOf = samplesByDataset(study);
  const datasets = new Map<string, Result<Dataset>>();
  const reported = new Set<string>();
  // The same words wherever the study's folder lies.
  const inside = (text: string): string => text.replaceAll(`${root}/`, "");
  for (const placed of workloadsWithPlaces(study)) {
    const { workload, place } = placed;
    const report = (member: string, { code, message, hint }: Fault, severity: Diagnostic["severity"] = "error") =>
      found.push(
        diagnosticOf(study, `${place}${member}`, { code, severity, message: inside(message), hint: inside(hint) }),
      );
    for (const used of datasetsOf(placed)) {
      const part = workloadOfDataset(workload, used);
      // One that lacks a member, its path say, has its diagnostic.
      if (!isOfFile(part) || !isWhole(part)) continue;
      const key = datasetKey(part);
      const samples = samplesOf.get(key)!;
      const loaded =
        datasets.get(key) ?? (await loadDataset({ world, root, seed: study.seed, workload: part, samples }));
      datasets.set(key, loaded);
      const isAccuracy = workload === study.accuracy;
      const fault = loaded.ok
        ? datasetFault(loaded.value, part, { fidelity: study.fidelity, isAccuracy })
        : loaded.problem;
      const mistake = `${key} ${part.endpoint} ${isAccuracy}`;
      if (fault !== null && !reported.has(mistake)) {
        reported.add(mistake);
        const elsewhere = fault.code === "dataset-missing" && isNamedByMachine(part);
        report(used.place.slice(place.length), fault, elsewhere ? "warning" : "error");
      }
      if (loaded.ok && used.requestClass === null)
        found.push(...lintSamples(study, expansion, placed, loaded.value.samples.length));
    }
    const { arrivals, counts } = workload;
    if (arrivals?.kind !== "trace" || !isWhole(workload)) continue;
    const loaded = await loadTrace(arrivals, { world, root, requests: counts[study.fidelity].requests });
    if (!loaded.ok) report("/arrivals", loaded.problem);
  }
  // A fragment that two workloads use is reported once.
  return [...new Map(found.map((one) => [`${one.file}:${one.line}:${one.column} ${one.message}`, one])).values()];
}

/** The most samples that a workload takes of each dataset, by `datasetKey`. */
function samplesByDataset(study: Plan["study"]): Map<string, number> {
  const most = new Map<string, number>();
  for (const placed of workloadsWithPlaces(study)) {
    for (const used of datasetsOf(placed)) {
      const key = datasetKey(workloadOfDataset(placed.workload, used));
      most.set(key, Math.max(most.get(key) ?? 0, librarySize(placed.workload, study.fidelity)));
    }
  }
  return most;
}

function isWhole({ dataset, arrivals }: Workload): boolean {
  return hasShape(DatasetDeclaration, dataset) && (arrivals === null || hasShape(ArrivalDeclaration, arrivals));
}

function isOfFile({ dataset }: Workload): boolean {
  return dataset.kind !== "synthetic" && dataset.kind !== "conversations";
}

function isNamedByMachine({ dataset }: Workload): boolean {
  return dataset.kind === "cnn-dailymail" && dataset.path === undefined;
}
