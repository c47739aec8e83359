import { nearLimits, plannedPower, primaryEffects } from "../analysis/index.ts";
import { baselinesPerBlock, repeatsOf, searchedExperiments } from "../design/index.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import type { Plan } from "../schema/plan.ts";

/** What a study has so far: its record, null where it never ran, and its trials. */
interface PastTrials {
  record: StudyRecord | null;
  trials: readonly Trial[];
}

/** Noise of a trial where none was measured: launches on a quiet GPU repeat within some per cent. A guess, and the sentence says so. */
const assumed = { sd: 0.03, source: "assumed: this study has no trial yet" };

/** With more changes than this, nobody reads which of them a study could show. */
const mostChanges = 200;

/** What a study can show before anything is spent, in a sentence: by the noise of its own past trials where there are any. Null where nothing is compared. */
export function powerOf(
  { study, expansion, experiments, contrasts }: Plan & { expansion: Expansion },
  past: PastTrials,
): string | null {
  const cells = expansion.baselines.length;
  const running = experiments.filter(({ skip }) => skip === null).length;
  const changes = Math.round(running / cells) - 1;
  if (
    changes < 1 ||
    contrasts.length === 0 ||
    changes > mostChanges ||
    searchedExperiments(study, expansion).length > 0
  )
    return null;
  const measured = residualOf(past);
  const power = plannedPower({
    family: contrasts[0]!.family,
    changes,
    cells,
    blocks: repeatsOf(study),
    baselines: study.order === "interleaved" ? baselinesPerBlock(changes) : 1,
    residual: measured ?? assumed,
  });
  return [power.sentence, ...nearLimits(power, { metric: measured?.metric ?? "" })].join("; ");
}

function residualOf({ record, trials }: PastTrials): { sd: number; source: string; metric: string } | null {
  const found = record === null ? undefined : primaryEffects(record, trials).find(({ residual }) => residual !== null);
  if (found === undefined || found.residual === null) return null;
  return { sd: found.residual, source: `that of ${found.metric} in this study's trials so far`, metric: found.metric };
}
