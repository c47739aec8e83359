import { join } from "node:path";
import { nearLimits, plannedPower, primaryEffects } from "../compare/index.ts";
import { baselinesPerBlock, repeatsOf, searchedExperiments } from "../design/index.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import { readTrials } from "../store/index.ts";
import type { World } from "../world/world.ts";
import { readStudyRecord } from "./study-file.ts";

/** Noise of a trial where none was measured: launches on a quiet GPU repeat within some per cent. A guess, and the sentence says so. */
const assumed = { sd: 0.03, source: "assumed, since no trial of this study is there yet" };

/** Beyond so many changes nobody reads which of them a study could show. */
const mostChanges = 200;

/** The design whose correction a family of contrasts gets; a duel is one change against the baseline. */
const kindOf = { isolation: "isolation", step: "stacked", stack: "stacked", combination: "combination" } as const;

/** What a study can show before anything is spent, in a sentence: by the noise of its own past trials where there are any. Null where nothing is compared. */
export async function powerOf(
  world: World,
  { study, expansion, experiments, contrasts }: Plan & { expansion: Expansion },
  resultsFolder: string,
): Promise<string | null> {
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
  const past = await residualOf(world, resultsFolder, study.name);
  const power = plannedPower({
    kind: kindOf[contrasts[0]!.family],
    changes,
    cells,
    blocks: repeatsOf(study),
    baselines: study.order === "interleaved" ? baselinesPerBlock(changes) : 1,
    residual: past ?? assumed,
  });
  return [power.sentence, ...nearLimits(power, { metric: past?.metric ?? "" })].join("; ");
}

async function residualOf(
  world: World,
  resultsFolder: string,
  name: string,
): Promise<{ sd: number; source: string; metric: string } | null> {
  const record = await readStudyRecord(world, resultsFolder, name);
  if (!record.ok) return null;
  const { read: trials } = await readTrials(world, join(resultsFolder, name));
  const found = primaryEffects(record.value, trials).find(({ residual }) => residual !== null);
  if (found === undefined || found.residual === null) return null;
  return { sd: found.residual, source: `that of ${found.metric} in this study's trials so far`, metric: found.metric };
}
