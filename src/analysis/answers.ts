import { mean } from "../math/statistics.ts";
import type { AccuracyJudgement, PairedFigure, ScoredAnswer } from "../schema/finding.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import { accuracyOf } from "./accuracy.ts";
import { postMortem } from "./findings/index.ts";
import { pairedAccuracy } from "./paired-accuracy.ts";
import type { AccuracyGate } from "./rules.ts";
import { isBaseline, rulesOf, type ComparedStudy } from "./study.ts";
import { worstAnswers } from "./worst-answers.ts";

/** Scores of a single answer. */
const scored = ["rouge1", "rouge2", "rougeL", "rougeLsum"] as const;

/** A change and its baseline, each with the accuracy trial whose answers stand for it; undefined where it has none. */
interface Pair {
  treatment: string;
  control: string;
  ours: Trial | undefined;
  theirs: Trial | undefined;
}

/** The accuracy trials whose answers `judgeAnswers` compares, in the order of the study's contrasts. */
export function trialsWithAnswers(study: StudyRecord, trials: readonly Trial[]): Trial[] {
  return [...new Set(pairsOf(study, trials).flatMap(({ ours, theirs }) => [ours ?? [], theirs ?? []].flat()))];
}

/**
 * Each change whose accuracy was measured, judged answer by answer against the baseline's; with what explains a loss.
 * @param answers by the trial's id; a pair without the answers of both sides is not judged
 */
export function judgeAnswers(
  study: Omit<StudyRecord, "rules"> & Pick<ComparedStudy, "rules">,
  trials: readonly Trial[],
  answers: ReadonlyMap<string, readonly ScoredAnswer[]>,
): AccuracyJudgement[] {
  const { gates } = rulesOf(study);
  return pairsOf(study, trials).flatMap(({ treatment, control, ours, theirs }) => {
    const [above, below] = [ours, theirs].map((trial) => answers.get(trial?.spec.trialId ?? ""));
    if (above === undefined || below === undefined || ours === theirs) return [];
    const figures = scored.flatMap((metric) => pairedFigure(metric, above, below, gates) ?? []);
    const lost = figures.some(({ status, ratio, gate }) => status === "fail" || ratio < gate);
    const sides = { treatment: above, control: below };
    return { treatment, control, figures, findings: lost ? postMortem(sides) : [], worst: worstAnswers(sides) };
  });
}

/** The contrasts against a baseline. */
function pairsOf(study: Omit<StudyRecord, "rules">, trials: readonly Trial[]): Pair[] {
  const found = new Map<string, Trial | undefined>();
  for (const experiment of study.experiments)
    found.set(experiment.labels.name, accuracyOf(study, trials, experiment).trials[0]);
  return study.contrasts
    .filter(({ control }) => isBaseline(study, control))
    .map(({ treatment, control }) => ({ treatment, control, ours: found.get(treatment), theirs: found.get(control) }));
}

function pairedFigure(
  metric: (typeof scored)[number],
  treatment: readonly ScoredAnswer[],
  control: readonly ScoredAnswer[],
  gates: readonly AccuracyGate[],
): PairedFigure | null {
  const asked = gates.find((one) => one.metric === metric);
  const level = mean(control.flatMap((answer) => answer[metric] ?? []));
  if (asked === undefined || level === null) return null;
  // An absolute bound as a share of what this baseline scored: both sides of a page then speak of one gate.
  const gate = asked.of === "absolute" ? asked.atLeast / level : asked.atLeast;
  const scores = (answers: readonly ScoredAnswer[]) =>
    new Map(answers.flatMap((answer) => (answer[metric] === null ? [] : [[answer.sample, answer[metric]] as const])));
  const paired = pairedAccuracy(scores(treatment), scores(control), gate);
  return paired === null ? null : { metric, gate, ...paired };
}
