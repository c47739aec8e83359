import { resolve } from "node:path";
import { writeForUser } from "../store/index.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";

/** Writes a command's text to stdout, or to the file of `--out`. Answers with the exit code. */
export async function deliver(world: World, text: string, out: string | undefined): Promise<number> {
  if (out === undefined) {
    world.streams.out(text);
    return exitCodes.done;
  }
  const written = await writeForUser(world, resolve(world.machine.workingFolder, out), text);
  return written.ok ? exitCodes.done : explainFault(world, written.problem);
}
