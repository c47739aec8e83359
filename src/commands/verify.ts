import { join } from "node:path";
import { readStudyRecord, verifyStudy } from "../store/index.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";
import { resultsFolderOf, studiesNamed, type ResultsOptions } from "./results-folder.ts";
import { countText } from "../math/figures.ts";

export interface VerifyOptions extends ResultsOptions {
  study?: string;
  json: boolean;
}

/** `ceteris verify`: every trial's files against its manifest. Exit code 1 where one differs. */
export async function verifyCommand(world: World, options: VerifyOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  const studies = await studiesNamed(world, resultsFolder, options.study);
  if (!studies.ok) return explainFault(world, studies.problem);
  const found = [];
  for (const study of studies.value) {
    const { trials, differences: own } = await verifyStudy(world, join(resultsFolder, study));
    const record = await readStudyRecord(world, resultsFolder, study);
    const broken = record.ok ? [] : [`study.json: ${record.problem.message}\n  ${record.problem.hint}`];
    found.push({ study, trials, differences: [...broken, ...own] });
  }
  const differences = found.flatMap((entry) => entry.differences);
  if (options.json) world.streams.out(`${JSON.stringify(found, null, 1)}\n`);
  else {
    for (const difference of differences) world.streams.out(`${difference}\n`);
    for (const { study, trials, differences: own } of found)
      world.streams.out(
        `${study}: ${countText(trials, "trial")}, ${own.length === 0 ? "all files as written" : countText(own.length, "difference")}\n`,
      );
  }
  return differences.length === 0 ? exitCodes.done : exitCodes.internalError;
}
