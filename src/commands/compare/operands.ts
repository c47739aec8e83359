import { basename, dirname, join, relative } from "node:path";
import { accuracyOf } from "../../analysis/accuracy.ts";
import { compareAcross, sharedTrials, type Side } from "../../analysis/across.ts";
import type { ComparedMetric } from "../../analysis/headline-metrics.ts";
import { poolOf, type Pool } from "../../analysis/pool.ts";
import { rulesOf, type ComparedStudy } from "../../analysis/study.ts";
import { unlikeness } from "../../analysis/unlike.ts";
import { percentText } from "../../math/figures.ts";
import { meant } from "../../matrix/yaml/nearest.ts";
import type { ComparedOperand, Comparison } from "../../schema/comparison.ts";
import { leftOutText } from "../../schema/left-out.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { StudyRecord } from "../../schema/study-record.ts";
import type { Trial } from "../../schema/trial.ts";
import { readLaunches, readTrials } from "../../store/index.ts";
import { readTrial } from "../../store/read-trials.ts";
import type { World } from "../../world/world.ts";
import { experimentOf, isTrialId, placeOf } from "./operand-place.ts";
import { readStudyRecord } from "../../store/study-file.ts";

export interface CompareRequest {
  resultsFolder: string;
  /** `STUDY`, `STUDY/EXPERIMENT`, a trial's id, or the folder of one of them; the first is the control. */
  operands: readonly string[];
  metrics: readonly ComparedMetric[];
  /** Of `metrics`, those that stand there also where no side has them. */
  always: readonly ComparedMetric[];
}

/** A side with what it was made from. */
interface Operand extends Side, ComparedOperand {
  performance: Pool;
  accuracy: Pool;
  studyFolder: string;
  smallestEffect: number;
}

/** Reads every operand and compares it with the first. Failures: an operand that is not there, stands for several, or is named twice. */
export async function compareOperands(world: World, request: CompareRequest): Promise<Result<Comparison>> {
  const operands: Operand[] = [];
  for (const text of request.operands) {
    const operand = await readOperand(world, request.resultsFolder, text);
    if (!operand.ok) return operand;
    const twin = operands.find((other) => sharedTrial(other, operand.value) !== null);
    if (twin !== undefined) {
      return fail(
        "compared-with-itself",
        `\`${text}\` and ${twin.name} hold the same trial: ${sharedTrial(twin, operand.value)}`,
        "Name two sides that share no trial.",
      );
    }
    operands.push(operand.value);
  }
  const [control, ...others] = operands;
  if (control === undefined || others.length === 0) {
    return fail(
      "too-few-operands",
      "a comparison takes two operands or more",
      "ceteris compare CONTROL OTHER …: each a STUDY, a STUDY/EXPERIMENT, a trial's id or a folder.",
    );
  }
  return succeed({
    operands,
    unlike: others.flatMap((other) => unlikeOf(control, other)),
    notes: jointNotes(control, others),
    effects: compareAcross(control, others, request.metrics, control.smallestEffect, request.always),
  });
}

/** Of accuracy trials only what is not said of the others already. */
function unlikeOf(control: Side, other: Side): Comparison["unlike"] {
  const performance = unlikeness(control.performance.trials, other.performance.trials);
  const said = new Set(performance.map(({ what }) => what));
  const accuracy = unlikeness(control.accuracy.trials, other.accuracy.trials).filter(({ what }) => !said.has(what));
  return [
    { treatment: other.name, purpose: "performance", found: performance },
    ...(accuracy.length === 0 ? [] : [{ treatment: other.name, purpose: "accuracy" as const, found: accuracy }]),
  ];
}

function jointNotes(control: Operand, others: readonly Operand[]): string[] {
  const sameStudy = others.filter(({ studyFolder }) => studyFolder === control.studyFolder);
  const otherMargins = others.filter(({ smallestEffect }) => smallestEffect !== control.smallestEffect);
  return [
    ...(sameStudy.length === 0
      ? []
      : [
          `${[control, ...sameStudy].map(({ name }) => name).join(" and ")} are of one study: \`ceteris report ${control.study}\` compares them block by block, which absorbs drift; this does not`,
        ]),
    ...otherMargins.map(
      ({ name, smallestEffect }) =>
        `${name} was run with a smallest effect of interest of ${percentText(smallestEffect)}; the control's, ${percentText(control.smallestEffect)}, is used`,
    ),
  ];
}

/** The trial that both hold; accuracy belongs to a configuration, and may well be shared. */
function sharedTrial(left: Operand, right: Operand): string | null {
  const shared = sharedTrials(left.performance, right.performance)[0];
  if (shared !== undefined) return shared.spec.trialId;
  return left.studyFolder === right.studyFolder && left.name === right.name ? left.name : null;
}

function trialsOf({ performance, accuracy }: Side): Trial[] {
  return [...performance.trials, ...accuracy.trials];
}

async function readOperand(world: World, resultsFolder: string, text: string): Promise<Result<Operand>> {
  const place = await placeOf(world, resultsFolder, text);
  if (!place.ok) return place;
  const { studyFolder, within } = place.value;
  const record = await readStudyRecord(world, dirname(studyFolder), basename(studyFolder));
  if (within !== null && isTrialId(within))
    return trialOperand(world, studyFolder, record.ok ? record.value : null, within);
  return record.ok ? experimentOperand(world, studyFolder, record.value, within) : record;
}

async function trialOperand(
  world: World,
  studyFolder: string,
  record: StudyRecord | null,
  trialId: string,
): Promise<Result<Operand>> {
  const folder = join(studyFolder, experimentOf(trialId), trialId);
  const read = await readTrial(world, folder);
  if (!read.ok) return read;
  const trial = read.value;
  const { experimentId, fidelity, experiment } = trial.spec;
  const judgedBy = { fidelity, ...rulesIn(record) };
  const pool = (purpose: "performance" | "accuracy") => poolOf(judgedBy, [trial], experimentId, purpose);
  return succeed(
    await operandOf(world, studyFolder, record, {
      name: `${trial.study}/${trialId}`,
      experiment,
      performance: pool("performance"),
      accuracy: pool("accuracy"),
      notes:
        trial.spec.purpose === "probe"
          ? [`${trialId} is a probe of a search: its figures are compared with nothing`]
          : [],
    }),
  );
}

async function experimentOperand(
  world: World,
  studyFolder: string,
  record: StudyRecord,
  within: string | null,
): Promise<Result<Operand>> {
  const chosen = chooseExperiment(record, within);
  if (!chosen.ok) return chosen;
  const experiment = chosen.value;
  const { read: trials, leftOut } = await readTrials(world, studyFolder);
  const study: ComparedStudy = {
    experiments: record.experiments,
    contrasts: record.contrasts,
    fidelity: record.fidelity,
    ...rulesIn(record),
  };
  const { name } = experiment.labels;
  const performance = poolOf(study, trials, experiment.id, "performance");
  const bound = accuracyOf(study, trials, experiment, performance).trials;
  const several = record.experiments.length > 1 && within === null;
  return succeed(
    await operandOf(world, studyFolder, record, {
      name: `${record.name}/${name}`,
      experiment: name,
      performance,
      accuracy: { trials: bound, excluded: [], of: bound.length },
      notes: [
        ...(several
          ? [
              `${record.name} stands for ${record.name}/${name}, its baseline; ${record.name}/EXPERIMENT names another of its ${record.experiments.length} experiments`,
            ]
          : []),
        ...leftOut.map(leftOutText),
        ...(experiment.skip === null ? [] : [`${record.name}/${name} was skipped: ${experiment.skip}`]),
      ],
    }),
  );
}

function rulesIn(record: StudyRecord | null): Pick<ComparedStudy, "rules"> {
  return record?.rules === undefined ? {} : { rules: record.rules };
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

async function operandOf(
  world: World,
  studyFolder: string,
  record: StudyRecord | null,
  made: Pick<Operand, "name" | "experiment" | "performance" | "accuracy" | "notes">,
): Promise<Operand> {
  const { name, performance, notes } = made;
  const { read: launches } = await readLaunches(world, studyFolder);
  // Whoever attaches to an engine starts nothing, so that its record holds no command.
  const foreign = new Set(launches.filter(({ argv }) => argv.length === 0).map(({ id }) => id));
  const attached = trialsOf({ ...made, attached: false }).some(({ launchId }) => foreign.has(launchId ?? ""));
  const why = [...new Set(performance.excluded.map((one) => one.why))];
  const given = relative(world.machine.workingFolder, studyFolder);
  return {
    ...made,
    attached,
    study: record?.name ?? basename(studyFolder),
    studyFolder,
    origins: [...new Set([...trialsOf({ ...made, attached }).map(({ origin }) => origin), ...recordOrigin(record)])],
    smallestEffect: rulesOf(rulesIn(record)).smallestEffectOfInterest,
    notes: [
      ...notes,
      ...(why.length === 0
        ? []
        : [
            `${name}: ${performance.trials.length} of ${performance.of} usable in ${given}; left out: ${why.join("; ")}`,
          ]),
      ...(attached ? [`${name} ran already: nobody knows how often its engine was started`] : []),
    ],
  };
}

function recordOrigin(record: StudyRecord | null): Trial["origin"][] {
  return record?.origin === "simulated" ? ["simulated"] : [];
}
