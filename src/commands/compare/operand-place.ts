import { basename, dirname, join, resolve } from "node:path";
import { meant } from "../../matrix/index.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import { listStudies } from "../../store/index.ts";
import { trialIdParts } from "../../schema/ids.ts";

/** Where an operand lies: a study's folder, and what of it is meant. */
export interface Place {
  studyFolder: string;
  /** An experiment's name or id, or a trial's id; null for the study as a whole. */
  within: string | null;
}

/**
 * Where a `STUDY`, a `STUDY/EXPERIMENT`, a `STUDY/TRIAL`, a trial's id or a folder of one of them lies; a study's name goes
 * before a folder's. Failures: `no-such-operand`, `no-such-trial`, `several-trials`.
 */
export async function placeOf(world: World, resultsFolder: string, text: string): Promise<Result<Place>> {
  const studies = await listStudies(world, resultsFolder);
  const [study = "", ...rest] = text.replace(/\/+$/, "").split("/");
  if (studies.includes(study)) {
    const last = rest.at(-1);
    // `STUDY/EXPERIMENT/TRIAL` is the trial's folder: its id says the experiment.
    const within = last !== undefined && trialIdParts(last) !== null ? last : rest.join("/");
    return succeed({ studyFolder: join(resultsFolder, study), within: last === undefined ? null : within });
  }
  if (trialIdParts(text) !== null) return placeOfTrial(world, resultsFolder, studies, text);
  const folder = resolve(world.machine.workingFolder, text);
  if (await world.files.exists(join(folder, "study.json"))) return succeed({ studyFolder: folder, within: null });
  if (await world.files.exists(join(folder, "trial.json")))
    return succeed({ studyFolder: dirname(dirname(folder)), within: basename(folder) });
  if (await world.files.exists(join(dirname(folder), "study.json")))
    return succeed({ studyFolder: dirname(folder), within: basename(folder) });
  return fail(
    "no-such-operand",
    `\`${text}\` is neither a study in ${resultsFolder}, nor a trial's id, nor a folder of results`,
    studies.length > 0
      ? meant(study, studies, true)
      : "Run a study first: ceteris run MATRIX, or name another folder with --results.",
  );
}

async function placeOfTrial(
  world: World,
  resultsFolder: string,
  studies: readonly string[],
  trialId: string,
): Promise<Result<Place>> {
  const found: string[] = [];
  const { experimentId = "" } = trialIdParts(trialId) ?? {};
  for (const study of studies) {
    if (await world.files.exists(join(resultsFolder, study, experimentId, trialId, "trial.json"))) found.push(study);
  }
  const [only] = found;
  if (only === undefined)
    return fail("no-such-trial", `there is no trial ${trialId} in ${resultsFolder}`, "Look it up: ceteris query.");
  if (found.length > 1) {
    return fail(
      "several-trials",
      `${trialId} is a trial of ${found.length} studies`,
      `Say which: ${found.map((study) => `${study}/${trialId}`).join(", ")}.`,
    );
  }
  return succeed({ studyFolder: join(resultsFolder, only), within: trialId });
}
