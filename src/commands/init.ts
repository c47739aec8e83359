import { resolve } from "node:path";
import { ownBuild } from "../telemetry/index.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";
import { chooseStudy, type InitFlags } from "./init/choices.ts";
import { importStudy } from "./init/import-study.ts";
import { initText } from "./init/next-steps.ts";
import { studyFiles, type NewStudy } from "./init/study-files.ts";
import { usualModel } from "./init/usual.ts";
import { writeNew } from "./init/write-new.ts";

/** `folder`: where the files go; the working folder where it is left out. */
export type InitOptions = InitFlags & { folder?: string };

/** `ceteris init [DIR]`: a matrix, its fragments, and a workflow with a gate. Overwrites nothing. */
export async function initCommand(world: World, options: InitOptions): Promise<number> {
  const { folder = ".", from } = options;
  const place = resolve(world.machine.workingFolder, folder);
  const study =
    from === undefined
      ? await chosenStudy(world, place, options)
      : await importStudy(world, place, { ...options, from });
  if (study === null) return exitCodes.interrupted;
  if (!study.ok) return explainFault(world, study.problem);
  const { files, isSimulable, notes } = study.value;
  const written = await writeNew(world, place, files);
  if (!written.ok) return explainFault(world, written.problem);
  // npx sets it: what is to be pasted must find the program again.
  const program = world.variables["npm_lifecycle_event"] === "npx" ? "npx ceteris" : "ceteris";
  world.streams.out(initText({ folder, matrix: files[0]?.path ?? "", program, isSimulable, notes }, written.value));
  return exitCodes.done;
}

/** Of ready-made changes; null where a person left the questions. */
async function chosenStudy(world: World, folder: string, flags: InitFlags): Promise<Result<NewStudy> | null> {
  const choices = await chooseStudy(world, folder, flags);
  if (choices === null || !choices.ok) return choices;
  const { model, isSimulable } = choices.value;
  const notes = model === usualModel ? [`sut.model is ${model}: write yours in its place`] : [];
  return succeed({ files: studyFiles(choices.value, (await ownBuild(world)).build.version), isSimulable, notes });
}
