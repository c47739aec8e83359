import { join } from "node:path";
import { accuracyOf, isBaseline, pairedAccuracy, postMortem } from "../compare/index.ts";
import type { AccuracyJudgement, PairedFigure } from "../schema/finding.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import { readOutputs, type StoredAnswer } from "../store/index.ts";
import type { World } from "../world/world.ts";

/** Figures that are judged, and the share of the baseline's that they must keep. Source: MLPerf Inference, llama3.1-8b: 99 % of each ROUGE. */
const judged = ["rouge1", "rouge2", "rougeL", "rougeLsum"] as const;
const gate = 0.99;

/** Each change with an accuracy of its own, judged answer by answer against the baseline's; with what explains a loss. */
export async function judgeAccuracy(
  world: Pick<World, "files">,
  study: StudyRecord,
  trials: readonly Trial[],
  studyFolder: string,
): Promise<AccuracyJudgement[]> {
  const read = new Map<string, StoredAnswer[] | null>();
  const answersOf = async (name: string): Promise<{ trialId: string; answers: StoredAnswer[] } | null> => {
    const experiment = study.experiments.find(({ labels }) => labels.name === name);
    const [trial] = experiment === undefined ? [] : accuracyOf(study, trials, experiment).trials;
    if (trial === undefined) return null;
    const { trialId, experimentId } = trial.spec;
    const answers = read.get(trialId) ?? (await readOutputs(world, join(studyFolder, experimentId, trialId)));
    read.set(trialId, answers);
    return answers === null ? null : { trialId, answers };
  };

  const judgements: AccuracyJudgement[] = [];
  for (const { treatment, control } of study.contrasts) {
    if (!isBaseline(study, control)) continue;
    const [ours, theirs] = [await answersOf(treatment), await answersOf(control)];
    if (ours === null || theirs === null || ours.trialId === theirs.trialId) continue;
    const figures = judged.flatMap((metric) => pairedFigure(metric, ours.answers, theirs.answers) ?? []);
    const lost = figures.some(({ status, ratio }) => status === "fail" || ratio < gate);
    const findings = lost ? postMortem({ treatment: ours.answers, control: theirs.answers }) : [];
    judgements.push({ treatment, control, figures, findings });
  }
  return judgements;
}

function pairedFigure(
  metric: (typeof judged)[number],
  treatment: readonly StoredAnswer[],
  control: readonly StoredAnswer[],
): PairedFigure | null {
  const scores = (answers: readonly StoredAnswer[]) =>
    new Map(answers.flatMap((answer) => (answer[metric] === null ? [] : [[answer.sample, answer[metric]] as const])));
  const paired = pairedAccuracy(scores(treatment), scores(control), gate);
  return paired === null ? null : { metric, gate, ...paired };
}
