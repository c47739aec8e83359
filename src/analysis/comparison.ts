import { listText, percentText, saidOf } from "../math/figures.ts";
import type { ComparedOperand, Comparison } from "../schema/comparison.ts";
import type { Launch } from "../schema/launch.ts";
import { perGpuName } from "../schema/derived-figures.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import { accuracyOf } from "./accuracy.ts";
import { gpusOfTrial } from "./gpus.ts";
import { compareAcross, sharedTrials, type Side } from "./across.ts";
import type { ComparedMetric } from "../schema/headline-figures.ts";
import { poolOf, wholePool, type Pool } from "./pool.ts";
import { rulesOf, type ComparedStudy } from "./study.ts";
import { unlikeness } from "./unlike.ts";

/** An operand of a comparison as it was read: an experiment of a study, or one trial. */
export interface OperandInput {
  /** As it was asked for. */
  text: string;
  study: string;
  /** The study's folder, as messages show it; operands of one study have the same. */
  studyFolder: string;
  /** Null of a trial whose study has no record that can be read. */
  record: StudyRecord | null;
  /** Null where a trial is meant. */
  experiment: StudyRecord["experiments"][number] | null;
  /** All trials of the study, or the one that is meant. */
  trials: readonly Trial[];
  launches: readonly Launch[];
  /** What the reader is to know of how it was chosen and read, in sentences. */
  notes: readonly string[];
}

/** A side with what it was made from. */
interface Operand extends Side, ComparedOperand {
  performance: Pool;
  accuracy: Pool;
  studyFolder: string;
  smallestEffect: number;
}

/**
 * Operands compared with the first of them, which share no blocks. Failures: fewer than two, and two that hold the same trial.
 * @param always of `metrics`, those that are shown also where no side has them
 */
export function compareOperands(
  inputs: readonly OperandInput[],
  metrics: readonly ComparedMetric[],
  always: readonly ComparedMetric[],
): Result<Comparison> {
  const operands: Operand[] = [];
  for (const input of inputs) {
    const operand = operandOf(input);
    const twin = operands.find((other) => sharedTrial(other, operand) !== null);
    if (twin !== undefined) {
      return fail(
        "compared-with-itself",
        `\`${input.text}\` and ${twin.name} hold the same trial: ${sharedTrial(twin, operand)}`,
        "Name two sides that share no trial.",
      );
    }
    operands.push(operand);
  }
  const [control, ...others] = operands;
  if (control === undefined || others.length === 0) {
    return fail(
      "too-few-operands",
      "a comparison takes two operands or more",
      "ceteris compare CONTROL OTHER …: each a STUDY, a STUDY/EXPERIMENT, a trial's id or a folder.",
    );
  }
  const { isPerGpu, note } = gpuNote([control, ...others]);
  // What was asked for by its name is compared as it was named.
  const judged = metrics.map((metric) => {
    const perGpu = isPerGpu && !always.includes(metric) ? perGpuName(metric.metric) : null;
    return perGpu === null ? metric : { ...metric, metric: perGpu };
  });
  return succeed({
    operands,
    unlike: others.flatMap((other) => unlikeOf(control, other)),
    notes: saidOf(...jointNotes(control, others), note),
    effects: compareAcross(control, others, judged, control.smallestEffect, always),
  });
}

/** Whether throughput and goodput are compared per GPU, and what the reader is to know of it. */
function gpuNote(operands: readonly Operand[]): { isPerGpu: boolean; note: string | null } {
  const trials = operands.map(({ performance }) => performance.trials);
  const counts = trials.map((own) => {
    const found = new Set(own.map(gpusOfTrial));
    return found.size === 1 ? [...found][0]! : null;
  });
  const known = new Set(counts.flatMap((count) => count ?? []));
  const silent = operands.filter((_, at) => counts[at] === null && trials[at]!.length > 0);
  if (silent.length > 0) {
    const configurations = new Set(trials.flat().map(({ configurationId }) => configurationId));
    const isSaid = known.size > 0 || (configurations.size > 1 && trials.flat().some(({ gpus }) => gpus === null));
    const names = listText(silent.map(({ name }) => name));
    const note = `how many GPUs ${names} ${silent.length === 1 ? "takes" : "take"} is not known: nothing is divided by their number`;
    return { isPerGpu: false, note: isSaid ? note : null };
  }
  if (known.size < 2 || known.has(0)) return { isPerGpu: false, note: null };
  const numbers = listText(operands.map(({ name }, at) => `${name} ${counts[at]}`));
  return {
    isPerGpu: true,
    note: `GPUs: ${numbers}; throughput and goodput are compared per GPU, but for a figure that \`--metric\` or \`--fail-on\` names`,
  };
}

function operandOf(input: OperandInput): Operand {
  const { study, studyFolder, record, launches } = input;
  const { name, experiment, performance, accuracy } = poolsOf(input);
  const trials = [...performance.trials, ...accuracy.trials];
  // Ceteris starts nothing where it attaches to an engine, so that the launch's record holds no command.
  const foreign = new Set(launches.filter(({ argv }) => argv.length === 0).map(({ id }) => id));
  const attached = trials.some(({ launchId }) => foreign.has(launchId ?? ""));
  const simulated: Trial["origin"][] = record?.origin === "simulated" ? ["simulated"] : [];
  const why = [...new Set(performance.excluded.map((one) => one.why))];
  const leftOut = `${name}: ${performance.trials.length} of ${performance.of} usable in ${studyFolder}; left out: ${why.join("; ")}`;
  return {
    name,
    study,
    experiment,
    performance,
    accuracy,
    attached,
    studyFolder,
    origins: [...new Set([...trials.map(({ origin }) => origin), ...simulated])],
    smallestEffect: rulesOf(rulesIn(record)).smallestEffectOfInterest,
    notes: saidOf(
      ...input.notes,
      why.length > 0 && leftOut,
      attached && `${name} ran already: it is not known how often its engine was started`,
    ),
  };
}

/** What an operand is called, and the trials that it stands for. */
function poolsOf({
  record,
  experiment,
  trials,
}: OperandInput): Pick<Operand, "name" | "experiment" | "performance" | "accuracy"> {
  if (record === null || experiment === null) {
    const { study, spec } = trials[0]!;
    const judgedBy = { fidelity: spec.fidelity, ...rulesIn(record) };
    const pool = (purpose: "performance" | "accuracy") => poolOf(judgedBy, trials, spec.experimentId, purpose);
    return {
      name: `${study}/${spec.trialId}`,
      experiment: spec.experiment,
      performance: pool("performance"),
      accuracy: pool("accuracy"),
    };
  }
  const { experiments, contrasts, fidelity } = record;
  const study: ComparedStudy = { experiments, contrasts, fidelity, ...rulesIn(record) };
  const { name } = experiment.labels;
  const performance = poolOf(study, trials, experiment.id, "performance");
  const accuracy = wholePool(accuracyOf(study, trials, experiment, performance).trials);
  return { name: `${record.name}/${name}`, experiment: name, performance, accuracy };
}

function rulesIn(record: StudyRecord | null): Pick<ComparedStudy, "rules"> {
  return record?.rules === undefined ? {} : { rules: record.rules };
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
  return saidOf(
    sameStudy.length > 0 &&
      `${listText([control, ...sameStudy].map(({ name }) => name))} are of one study: \`ceteris report ${control.study}\` compares them block by block, which absorbs drift; this does not`,
    ...otherMargins.map(
      ({ name, smallestEffect }) =>
        `${name} was run with a smallest effect of interest of ${percentText(smallestEffect)}; the control's, ${percentText(control.smallestEffect)}, is used`,
    ),
  );
}

/** The trial that both hold; accuracy belongs to a configuration, and may well be shared. */
function sharedTrial(left: Operand, right: Operand): string | null {
  const shared = sharedTrials(left.performance, right.performance)[0];
  if (shared !== undefined) return shared.spec.trialId;
  return left.studyFolder === right.studyFolder && left.name === right.name ? left.name : null;
}
