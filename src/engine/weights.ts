import { isAbsolute, join } from "node:path";
import { runsAlready } from "../schema/engine.ts";
import type { Assignment } from "../schema/knob.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { Sut } from "../schema/sut.ts";
import type { World } from "../world/world.ts";
import { askHub, hubFolder, unchecked } from "./hub.ts";
import { modelDigest } from "./model-digest.ts";

export interface CheckedModel {
  /** `unchecked`: nobody could say whether the engine will find it; `why` tells the reason. */
  kind: "folder" | "hub" | "unchecked";
  /** Where its files are on this machine; null where they are not here yet. */
  path: string | null;
  /** The commit on the hub; null for a folder and where it is not known. */
  revision: string | null;
  /** sha256 over what decides its output; null where its files are not here. */
  digest: string | null;
  /** Of the weights; null where they are not here. */
  bytes: number | null;
  why: string | null;
}

export interface ModelQuestion {
  /** A folder, a file, or a name of the hub: `org/name`. */
  model: string;
  revision: string | null;
  /** What a relative path means. */
  workingFolder: string;
  /** The engine makes random weights (`load_format: dummy`) and needs the configuration alone. */
  dummyWeights?: boolean;
  /** The engine reads no model at all: nothing is looked for. */
  simulated?: boolean;
  /** The engine is attached to: its model is where it runs, and nothing is looked for here. */
  attached?: boolean;
}

/** What is asked of the model of an experiment with these knobs, in a study whose folder is `root`. */
export function modelQuestion({ model, revision, engine }: Sut, knobs: Assignment, root: string): ModelQuestion {
  const { dummyWeights, origin } = engine;
  return {
    model,
    revision,
    workingFolder: root,
    dummyWeights: dummyWeights !== null && knobs[dummyWeights.knob] === dummyWeights.is,
    simulated: origin === "simulated",
    attached: runsAlready(engine),
  };
}

/**
 * Looks for the model before anything is started: in a folder, in the hub's cache on this machine, and at last with
 * one question to the hub, so that a gated or misspelt name fails in a second and not after a start-up.
 * HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE, HF_ENDPOINT and HF_TOKEN of the user's environment are heeded.
 */
export async function checkModel(world: World, question: ModelQuestion): Promise<Result<CheckedModel>> {
  const here = await checkModelHere(world, question);
  if (here !== null) return here;
  const cached = await cachedSnapshot(world, question);
  if (cached) {
    const digest = await modelDigest(world.files, cached.path);
    if (digest.weightFiles > 0 || question.dummyWeights)
      return succeed({ kind: "hub", ...cached, digest: digest.sha256, bytes: digest.bytes, why: null });
  }
  return await askHub(world, question);
}

/** The same as far as the name and this machine's folders tell; null of a name of the hub. */
export async function checkModelHere(world: World, question: ModelQuestion): Promise<Result<CheckedModel> | null> {
  if (question.simulated || question.attached) {
    const why = question.attached
      ? "the engine was running already: its model is not looked for here"
      : "the simulated engine reads no model";
    return succeed(unchecked(question, why));
  }
  const path = isAbsolute(question.model) ? question.model : join(question.workingFolder, question.model);
  const found = await world.files.stat(path);
  if (found) return await checkFolder(world, question, path, found.folder);
  const isPath = /^(\.{0,2}\/|~)/.test(question.model);
  if (!isPath && /^[\w.-]+\/[\w.-]+$/.test(question.model)) return null;
  return fail(
    "model-not-found",
    `there is no model at ${path}${isPath ? "" : `, and ${question.model} is not a name on the hub (org/name)`}`,
    "Correct `sut.model` in the matrix; a relative path counts from the study's folder.",
  );
}

async function checkFolder(
  world: World,
  { model, dummyWeights }: ModelQuestion,
  path: string,
  isFolder: boolean,
): Promise<Result<CheckedModel>> {
  const digest = await modelDigest(world.files, path);
  if (isFolder && !(await world.files.exists(join(path, "config.json"))))
    return fail(
      "not-a-model",
      `${model} has no config.json`,
      "Name the folder that holds config.json, the tokenizer and the weights.",
    );
  if (!dummyWeights && digest.weightFiles === 0)
    return fail(
      "no-weights",
      `${model} holds no weights (safetensors, bin, pt, gguf, npz)`,
      "Download or train them; or set load_format: dummy where random weights will do.",
    );
  return succeed({ kind: "folder", path, revision: null, digest: digest.sha256, bytes: digest.bytes, why: null });
}

/** The snapshot that a revision means in the hub's cache; null where it was not downloaded. */
async function cachedSnapshot(
  world: World,
  { model, revision }: ModelQuestion,
): Promise<{ path: string; revision: string } | null> {
  const home = hubFolder(world);
  const cache = world.variables["HF_HUB_CACHE"] ?? join(home, "hub");
  const folder = join(cache, `models--${model.replaceAll("/", "--")}`);
  const reference = await world.files.readText(join(folder, "refs", revision ?? "main"));
  const commit = reference?.trim() ?? revision;
  if (commit === null) return null;
  const path = join(folder, "snapshots", commit);
  return (await world.files.exists(join(path, "config.json"))) ? { path, revision: commit } : null;
}
