import { join, relative } from "node:path";
import { analyse, trialsWithAnswers } from "../../analysis/index.ts";
import { metricDefinitions } from "../../metrics/index.ts";
import type { ReportInput } from "../../report/index.ts";
import type { Analysis } from "../../schema/analysis.ts";
import type { ScoredAnswer } from "../../schema/finding.ts";
import { putAside, type LeftOut } from "../../schema/left-out.ts";
import { succeed, type Result } from "../../schema/result.ts";
import { attachedTo } from "../../schema/run-words.ts";
import type { Trial } from "../../schema/trial.ts";
import {
  fileDifference,
  outputsFile,
  readLaunches,
  readOutputs,
  readStudyRecord,
  readTrials,
  trialFolder,
} from "../../store/index.ts";
import type { World } from "../../world/world.ts";

export interface AnalysedStudy {
  analysis: Analysis;
  /** The same with all that a report is made of, but for its queries. */
  input: Omit<ReportInput, "queries">;
  /** What cannot be read: it is in no figure, and the page names it. */
  leftOut: LeftOut[];
}

/** Reads a study's folder and analyses it. A failure where the study's record cannot be read. */
export async function analyseStudy(
  world: Pick<World, "files" | "machine">,
  resultsFolder: string,
  study: string,
): Promise<Result<AnalysedStudy>> {
  const record = await readStudyRecord(world, resultsFolder, study);
  if (!record.ok) return record;
  const studyFolder = join(resultsFolder, study);
  const trials = await readTrials(world, studyFolder);
  const launches = await readLaunches(world, studyFolder);
  const { answers, leftOut } = await readAnswers(world, studyFolder, {
    trials: trialsWithAnswers(record.value, trials.read),
    leftOut: trials.leftOut,
  });
  const all = [...trials.leftOut, ...launches.leftOut, ...leftOut];
  const told = { ...record.value, ...attachedTo(record.value, launches.read) };
  const analysis = analyse({ study: told, trials: trials.read, answers, metrics: metricDefinitions });
  const input = {
    ...analysis,
    launches: launches.read,
    unreadable: all.map(({ path }) => relative(studyFolder, path)),
    resultsFolder: relative(world.machine.workingFolder, resultsFolder),
  };
  return succeed({ analysis, input, leftOut: all });
}

/** By the trial's id. Answers that cannot be read or are not as they were written are left out and named; trials of earlier versions have none. */
async function readAnswers(
  world: Pick<World, "files">,
  studyFolder: string,
  known: { trials: readonly Trial[]; leftOut: readonly LeftOut[] },
): Promise<{ answers: Map<string, ScoredAnswer[]>; leftOut: LeftOut[] }> {
  const answers = new Map<string, ScoredAnswer[]>();
  const leftOut: LeftOut[] = [];
  for (const { spec } of known.trials) {
    const { trialId } = spec;
    const folder = trialFolder(studyFolder, spec);
    // They decide about accuracy and are read whole: their content is held against the manifest too.
    const edited = await fileDifference(world, folder, outputsFile.name);
    if (edited !== null) {
      const isNamed = known.leftOut.some(({ path, why }) => path === folder && why.includes(outputsFile.name));
      if (!isNamed) leftOut.push({ path: folder, trialId, why: `${folder}: ${edited}`, mend: putAside(folder) });
      continue;
    }
    const read = await readOutputs(world, folder);
    if (read?.ok === true) answers.set(trialId, read.value);
    else if (read !== null) leftOut.push({ path: folder, trialId, why: read.problem.message, mend: read.problem.hint });
  }
  return { answers, leftOut };
}
