import type { Json } from "../schema/json.ts";
import type { Fault } from "../schema/result.ts";
import type { Sut } from "../schema/sut.ts";
import type { World } from "../world/world.ts";
import { findProgram } from "./environments/path.ts";

/** A program that is not there: the member of `sut` that names it, and the value of that member. */
export interface MissingProgram {
  member: "prefix" | "before_launch" | "after_trial";
  value: Json;
  fault: Fault;
}

/** Programs of prefixes and hooks that this machine lacks, each once. A relative path counts from the study's folder. */
export async function missingPrograms(
  world: World,
  suts: readonly Pick<Sut, "engine" | "prefix" | "beforeLaunch">[],
  afterTrial: string[][],
  studyFolder: string,
): Promise<MissingProgram[]> {
  const wanted = new Map<string, Pick<MissingProgram, "member" | "value">>();
  const want = (program: string | undefined, named: Pick<MissingProgram, "member" | "value">): void => {
    if (program !== undefined && !wanted.has(program)) wanted.set(program, named);
  };
  for (const { engine, prefix, beforeLaunch } of suts) {
    // In a container the prefix is a program of the image.
    if (engine.environment.kind !== "docker") want(prefix[0], { member: "prefix", value: prefix });
    for (const [program] of beforeLaunch) want(program, { member: "before_launch", value: beforeLaunch });
  }
  for (const [program] of afterTrial) want(program, { member: "after_trial", value: afterTrial });
  const missing: MissingProgram[] = [];
  for (const [program, { member, value }] of wanted) {
    if ((await findProgram(world, program, studyFolder)) !== null) continue;
    const place = program.includes("/") ? "at that path, counted from the study's folder" : "on PATH";
    const hint = program.includes(" ")
      ? "No shell reads these lists: write the program and each of its arguments as an item of its own."
      : `Install it, name its path, or take it out of sut.${member}.`;
    const message = `sut.${member}: no program ${program} ${place}`;
    missing.push({ member, value, fault: { code: "program-not-found", message, hint } });
  }
  return missing;
}
