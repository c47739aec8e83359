import { join, resolve } from "node:path";
import { loadDataset, loadTrace } from "../dataset/index.ts";
import { cacheFolderOf, prepareEnvironment } from "../engine/index.ts";
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
 * What `run` would refuse since it is missing or cannot be used: the model's folder, the engine's program, and each data set
 * and trace, which are read as `run` reads them. What the matrix does not name, and another machine may have (the program,
 * MLPerf's data set without a path), is a warning.
 */
export async function checkInputs(world: World, { study }: Pick<Plan, "study">, root: string): Promise<Diagnostic[]> {
  const found = [...(await checkModelFolder(world, study, root)), ...(await checkProgram(world, study))];
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
  return found;
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

/** The program that the engine file names must be there; an environment of uv is made by `run`. */
async function checkProgram(world: World, study: Plan["study"]): Promise<Diagnostic[]> {
  if (study.engine.environment.kind === "uv") return [];
  const options = { cacheFolder: cacheFolderOf(world), onProgress: () => {} };
  const prepared = await prepareEnvironment(world, study.engine, options);
  if (prepared.ok) return [];
  return [diagnosticOf(study, "/sut/engine", { ...prepared.problem, severity: "warning" }, "value")];
}

function isOfFile({ dataset }: Workload): boolean {
  return dataset.kind !== "synthetic" && dataset.kind !== "conversations";
}

function isNamedByMachine({ dataset }: Workload): boolean {
  return dataset.kind === "cnn-dailymail" && dataset.path === undefined;
}
