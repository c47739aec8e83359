import { makeReport } from "./report/make-report.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { defined } from "../schema/json.ts";
import type { World } from "../world/world.ts";
import { explainFault, explainLeftOut } from "./explain.ts";
import { resultsFolderOf, studyNamed } from "./results-folder.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { reportFlags } from "./flags.ts";

export type ReportOptions = OptionsOf<typeof reportFlags> & { study: string };

/** `ceteris report STUDY`: results to pages and tables; prints where each is. */
export async function reportCommand(world: World, options: ReportOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  const study = await studyNamed(world, resultsFolder, options.study);
  if (!study.ok) return explainFault(world, study.problem);
  const report = await makeReport(world, {
    resultsFolder,
    study: study.value,
    ...defined({ out: options.out, formats: options.format, kind: options.kind }),
  });
  if (!report.ok) return explainFault(world, report.problem);
  explainLeftOut(world, report.value.leftOut);
  const { paths } = report.value;
  if (!paths.ok) return explainFault(world, paths.problem);
  world.streams.out(paths.value.map((path) => `${path}\n`).join(""));
  return exitCodes.done;
}
