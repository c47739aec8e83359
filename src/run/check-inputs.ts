import { loadDataset, loadTrace } from "../dataset/index.ts";
import { diagnosticOf, workloadsWithPlaces } from "../matrix/index.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Plan } from "../schema/plan.ts";
import type { Fault } from "../schema/result.ts";
import type { Workload } from "../schema/workload.ts";
import type { World } from "../world/world.ts";
import { datasetFault } from "./dataset-fault.ts";
import { librarySize } from "./ruleset-load.ts";
import { datasetKey } from "./session.ts";

/**
 * What `run` would refuse for the files that its workloads read: each data set and trace is read as `run` reads it. A file
 * that the machine names, and not the matrix (MLPerf's, without a path), may be on another one: a warning.
 */
export async function checkInputs(world: World, { study }: Pick<Plan, "study">, root: string): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const { workload, place } of workloadsWithPlaces(study)) {
    const report = (member: string, { code, message, hint }: Fault, severity: Diagnostic["severity"] = "error") =>
      found.push(diagnosticOf(study, `${place}${member}`, { code, severity, message, hint }));
    const isAccuracy = workload === study.accuracy;
    const key = `${datasetKey(workload)} ${workload.endpoint} ${isAccuracy}`;
    if (!seen.has(key) && isOfFile(workload)) {
      seen.add(key);
      const samples = librarySize(workload, study.fidelity);
      const loaded = await loadDataset({ world, root, seed: study.seed, workload, samples });
      const fault = loaded.ok
        ? datasetFault(loaded.value, workload, { fidelity: study.fidelity, isAccuracy })
        : loaded.problem;
      const elsewhere = fault?.code === "dataset-missing" && isNamedByMachine(workload);
      if (fault !== null) report("/dataset", fault, elsewhere ? "warning" : "error");
    }
    const { arrivals, counts } = workload;
    if (arrivals?.kind !== "trace") continue;
    const loaded = await loadTrace(arrivals, { world, root, requests: counts[study.fidelity].requests });
    if (!loaded.ok) report("/arrivals", loaded.problem);
  }
  return found;
}

function isOfFile({ dataset }: Workload): boolean {
  return dataset.kind !== "synthetic" && dataset.kind !== "conversations";
}

function isNamedByMachine({ dataset }: Workload): boolean {
  return dataset.kind === "cnn-dailymail" && dataset.path === undefined;
}
