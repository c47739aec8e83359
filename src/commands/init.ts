import { resolve } from "node:path";
import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";
import { chooseStudy, type InitChoices, type InitFlags } from "./init/choices.ts";
import { initText } from "./init/next-steps.ts";
import { studyFiles } from "./init/study-files.ts";
import { usualModel } from "./init/usual.ts";
import { writeNew } from "./init/write-new.ts";

export interface InitOptions extends InitFlags {
  /** Where the files go; the working folder where it is left out. */
  folder?: string;
}

/** `ceteris init [DIR]`: a matrix, its fragments, and a workflow with a gate. Overwrites nothing. */
export async function initCommand(world: World, options: InitOptions): Promise<number> {
  const { folder = "." } = options;
  const place = resolve(world.machine.workingFolder, folder);
  const choices = await chooseStudy(world, place, options);
  if (choices === null) return exitCodes.interrupted;
  if (!choices.ok) return explainFault(world, choices.problem);
  const files = studyFiles(choices.value);
  const written = await writeNew(world, place, files);
  if (!written.ok) return explainFault(world, written.problem);
  const { isSimulable } = choices.value;
  const study = { folder, matrix: files[0]?.path ?? "", isSimulable, notes: notesOn(choices.value) };
  world.streams.out(initText(study, written.value));
  return exitCodes.done;
}

function notesOn({ model }: InitChoices): string[] {
  return model === usualModel ? [`sut.model is ${model}: write yours in its place`] : [];
}
