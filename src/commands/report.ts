import { makeReport } from "./report/make-report.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import { explainFault, explainLeftOut } from "./explain.ts";
import { resultsFolderOf, studyNamed, type ResultsOptions } from "./results-folder.ts";

export interface ReportOptions extends ResultsOptions {
  study: string;
  out?: string;
}

/** `ceteris report STUDY`: results to markdown; prints where it is. */
export async function reportCommand(world: World, options: ReportOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  const study = await studyNamed(world, resultsFolder, options.study);
  if (!study.ok) return explainFault(world, study.problem);
  const report = await makeReport(world, {
    resultsFolder,
    study: study.value,
    ...(options.out === undefined ? {} : { out: options.out }),
  });
  if (!report.ok) return explainFault(world, report.problem);
  explainLeftOut(world, report.value.leftOut);
  const { path } = report.value;
  if (!path.ok) return explainFault(world, path.problem);
  world.streams.out(`${path.value}\n`);
  return exitCodes.done;
}
