import { join, resolve } from "node:path";
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
 * that the machine names, and not the matrix (MLPerf's, without a path), may lie on another machine: its lack is a warning.
 */
export async function checkInputs(world: World, { study }: Pick<Plan, "study">, root: string): Promise<Diagnostic[]> {
  const found: Diagnostic[] = await checkModelFolder(world, study, root);
  const seen = new Set<string>();
  // The same words wherever the study's folder lies.
  const inside = (text: string): string => text.replaceAll(`${root}/`, "");
  for (const { workload, place } of workloadsWithPlaces(study)) {
    const report = (member: string, { code, message, hint }: Fault, severity: Diagnostic["severity"] = "error") =>
      found.push(
        diagnosticOf(study, `${place}${member}`, { code, severity, message: inside(message), hint: inside(hint) }),
      );
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
  // A fragment that two workloads use is reported once.
  return [...new Map(found.map((one) => [`${one.file}:${one.line}:${one.column} ${one.message}`, one])).values()];
}

/** A model that is named by a path must be there, and must be a model. The hub is not asked. */
async function checkModelFolder(world: World, study: Plan["study"], root: string): Promise<Diagnostic[]> {
  const { model, engine } = study;
  const isPath = /^\.{0,2}\//.test(model) && !model.includes("\0");
  if (!isPath || engine.origin === "simulated" || engine.environment.kind === "endpoint") return [];
  const folder = resolve(root, model);
  const there = await world.files.stat(folder);
  if (there !== null && (!there.folder || (await world.files.exists(join(folder, "config.json"))))) return [];
  const message = there === null ? `there is no model at ${model}` : `${model} has no config.json`;
  const hint =
    "a folder that holds config.json, the tokenizer and the weights; a relative path counts from the study's folder";
  const code = there === null ? "model-not-found" : "not-a-model";
  return [diagnosticOf(study, "/sut/model", { code, severity: "error", message, hint }, "value")];
}

function isOfFile({ dataset }: Workload): boolean {
  return dataset.kind !== "synthetic" && dataset.kind !== "conversations";
}

function isNamedByMachine({ dataset }: Workload): boolean {
  return dataset.kind === "cnn-dailymail" && dataset.path === undefined;
}
