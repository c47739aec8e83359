import { basename, dirname, relative } from "node:path";
import type { OperandInput } from "../../analysis/index.ts";
import { meant } from "../../matrix/index.ts";
import { leftOutText } from "../../schema/left-out.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { StudyRecord } from "../../schema/study-record.ts";
import { readLaunches, readStudyRecord, readTrial, readTrials, trialFolder } from "../../store/index.ts";
import type { World } from "../../world/world.ts";
import { placeOf } from "./operand-place.ts";
import { countText } from "../../math/figures.ts";
import { trialIdParts } from "../../schema/ids.ts";
import { type TrialSpec } from "../../schema/trial-spec.ts";

/**
 * Reads every operand: a `STUDY`, a `STUDY/EXPERIMENT`, a trial's id, or the folder of one of them. Failures: one that is not
 * there, or stands for several.
 */
export async function readOperands(
  world: World,
  resultsFolder: string,
  texts: readonly string[],
): Promise<Result<OperandInput[]>> {
  const operands: OperandInput[] = [];
  for (const text of texts) {
    const operand = await readOperand(world, resultsFolder, text);
    if (!operand.ok) return operand;
    operands.push(operand.value);
  }
  return succeed(operands);
}

async function readOperand(world: World, resultsFolder: string, text: string): Promise<Result<OperandInput>> {
  const place = await placeOf(world, resultsFolder, text);
  if (!place.ok) return place;
  const { studyFolder, within } = place.value;
  const record = await readStudyRecord(world, dirname(studyFolder), basename(studyFolder));
  const parts = within === null ? null : trialIdParts(within);
  const chosen =
    within !== null && parts !== null
      ? await readOneTrial(world, studyFolder, { trialId: within, experimentId: parts.experimentId })
      : record.ok
        ? await readExperiment(world, studyFolder, record.value, within)
        : record;
  if (!chosen.ok) return chosen;
  const { read: launches } = await readLaunches(world, studyFolder);
  return succeed({
    text,
    study: record.ok ? record.value.name : basename(studyFolder),
    studyFolder: relative(world.machine.workingFolder, studyFolder),
    record: record.ok ? record.value : null,
    launches,
    ...chosen.value,
  });
}

type Chosen = Pick<OperandInput, "experiment" | "trials" | "notes">;

async function readOneTrial(
  world: World,
  studyFolder: string,
  { experimentId, trialId }: Pick<TrialSpec, "experimentId" | "trialId">,
): Promise<Result<Chosen>> {
  const read = await readTrial(world, trialFolder(studyFolder, { experimentId, trialId }));
  if (!read.ok) return read;
  const isProbe = read.value.spec.purpose === "probe";
  const notes = isProbe ? [`${trialId} is a probe of a search: its figures are compared with nothing`] : [];
  return succeed({ experiment: null, trials: [read.value], notes });
}

async function readExperiment(
  world: World,
  studyFolder: string,
  record: StudyRecord,
  within: string | null,
): Promise<Result<Chosen>> {
  const chosen = chooseExperiment(record, within);
  if (!chosen.ok) return chosen;
  const experiment = chosen.value;
  const { read: trials, leftOut } = await readTrials(world, studyFolder);
  const name = `${record.name}/${experiment.labels.name}`;
  const several = record.experiments.length > 1 && within === null;
  return succeed({
    experiment,
    trials,
    notes: [
      ...(several
        ? [
            `${record.name} stands for ${name}, its baseline; ${record.name}/EXPERIMENT names another of its ${countText(record.experiments.length, "experiment")}`,
          ]
        : []),
      ...leftOut.map(leftOutText),
      ...(experiment.skip === null ? [] : [`${name} was skipped: ${experiment.skip}`]),
    ],
  });
}

function chooseExperiment(record: StudyRecord, within: string | null): Result<StudyRecord["experiments"][number]> {
  const { name: study, experiments, baselines } = record;
  const names = experiments.map(({ labels }) => labels.name);
  const wanted = within ?? (experiments.length === 1 ? names[0] : baselines.length === 1 ? baselines[0] : undefined);
  if (wanted === undefined) {
    return fail(
      "several-baselines",
      `${study} has ${baselines.length} baselines, one for each workload and point of the sweep`,
      `Say which: ${baselines.map((name) => `${study}/${name}`).join(", ")}.`,
    );
  }
  const found = experiments.find(({ id, labels }) => labels.name === wanted || id === wanted);
  if (found !== undefined) return succeed(found);
  return fail("no-such-experiment", `${study} has no experiment ${wanted}`, meant(wanted, names, true));
}
