import { basename, resolve } from "node:path";
import type { World } from "../world/world.ts";
import { listStudies } from "../store/index.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { resultsFlags } from "./flags.ts";

export type ResultsOptions = OptionsOf<typeof resultsFlags>;

const runOneFirst = "Run one first: ceteris run MATRIX, or name another folder with --results.";

export function resultsFolderOf(world: World, options: ResultsOptions): string {
  return resolve(world.machine.workingFolder, options.results ?? "results");
}

/** A study by its name or by its matrix file; what is there is said where it is neither. */
export async function studyNamed(world: World, resultsFolder: string, named: string): Promise<Result<string>> {
  const studies = await listStudies(world, resultsFolder);
  if (studies.includes(named)) return succeed(named);
  if (/\.ya?ml$/.test(named)) {
    // A report of a study by its name needs nothing that reads a matrix.
    const { loadPlan } = await import("../plan/index.ts");
    const { plan } = await loadPlan(world, { matrix: named });
    if (plan && studies.includes(plan.study.name)) return succeed(plan.study.name);
  }
  return fail(
    "no-such-study",
    `there is no study ${basename(named)} in ${resultsFolder}`,
    studies.length > 0 ? `There are: ${studies.join(", ")}.` : runOneFirst,
  );
}

/** The study that is named, or all of them. */
export async function studiesNamed(
  world: World,
  resultsFolder: string,
  named: string | undefined,
): Promise<Result<string[]>> {
  if (named === undefined) return succeed(await listStudies(world, resultsFolder));
  const study = await studyNamed(world, resultsFolder, named);
  return study.ok ? succeed([study.value]) : study;
}

export function noStudy(resultsFolder: string) {
  return fail("no-study", `no study in ${resultsFolder}`, runOneFirst);
}
