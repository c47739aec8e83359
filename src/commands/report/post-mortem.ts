import { accuracyOf, defaultRules, isBaseline, pairedAccuracy, postMortem } from "../../analysis/index.ts";
import type { LeftOut } from "../../schema/left-out.ts";
import type { AccuracyJudgement, PairedFigure } from "../../schema/finding.ts";
import type { StudyRecord } from "../../schema/study-record.ts";
import type { Trial } from "../../schema/trial.ts";
import { readOutputs, trialFolder, type StoredAnswer } from "../../store/index.ts";
import type { World } from "../../world/world.ts";

/** Scores of a single answer. */
const scored = ["rouge1", "rouge2", "rougeL", "rougeLsum"] as const;

/**
 * Each change whose accuracy was measured, judged answer by answer against the baseline's; with what explains a loss. A pair
 * whose answers cannot be read is not judged, and `unreadable` is told why.
 */
export async function judgeAccuracy(
  world: Pick<World, "files">,
  study: StudyRecord,
  trials: readonly Trial[],
  studyFolder: string,
  unreadable: (one: LeftOut) => void = () => {},
): Promise<AccuracyJudgement[]> {
  const read = new Map<string, StoredAnswer[] | null>();
  const answersOf = async (name: string): Promise<{ trialId: string; answers: StoredAnswer[] } | null> => {
    const experiment = study.experiments.find(({ labels }) => labels.name === name);
    const [trial] = experiment === undefined ? [] : accuracyOf(study, trials, experiment).trials;
    if (trial === undefined) return null;
    const { trialId } = trial.spec;
    if (!read.has(trialId)) {
      const folder = trialFolder(studyFolder, trial.spec);
      const stored = await readOutputs(world, folder);
      if (stored?.ok === false) {
        unreadable({ path: folder, trialId, why: stored.problem.message, mend: stored.problem.hint });
      }
      read.set(trialId, stored?.ok === true ? stored.value : null);
    }
    const answers = read.get(trialId) ?? null;
    return answers === null ? null : { trialId, answers };
  };

  const judgements: AccuracyJudgement[] = [];
  for (const { treatment, control } of study.contrasts) {
    if (!isBaseline(study, control)) continue;
    const [ours, theirs] = [await answersOf(treatment), await answersOf(control)];
    if (ours === null || theirs === null || ours.trialId === theirs.trialId) continue;
    const figures = scored.flatMap((metric) => pairedFigure(metric, ours.answers, theirs.answers) ?? []);
    const lost = figures.some(({ status, ratio, gate }) => status === "fail" || ratio < gate);
    const findings = lost ? postMortem({ treatment: ours.answers, control: theirs.answers }) : [];
    judgements.push({ treatment, control, figures, findings });
  }
  return judgements;
}

function pairedFigure(
  metric: (typeof scored)[number],
  treatment: readonly StoredAnswer[],
  control: readonly StoredAnswer[],
): PairedFigure | null {
  const gate = defaultRules.gates.find((one) => one.metric === metric && one.of === "baseline")?.atLeast;
  if (gate === undefined) return null;
  const scores = (answers: readonly StoredAnswer[]) =>
    new Map(answers.flatMap((answer) => (answer[metric] === null ? [] : [[answer.sample, answer[metric]] as const])));
  const paired = pairedAccuracy(scores(treatment), scores(control), gate);
  return paired === null ? null : { metric, gate, ...paired };
}
