import { changeText, countText, figureText } from "../math/figures.ts";
import type { Effect } from "../schema/effect.ts";
import { clientNotJudged } from "../schema/trial.ts";
import { shownWithin } from "./drift.ts";
import { rowOf } from "./gpus.ts";
import { ownPeaks } from "./own-peaks.ts";
import type { Pool } from "./pool.ts";
import type { ComparedStudy } from "./study.ts";

/** What a reader needs to know beside an effect, in sentences. */
export function caveatsOf(
  study: Pick<ComparedStudy, "order" | "peak" | "peaks">,
  effect: Effect | null,
  treatment: Pool,
  control: Pool,
): string[] {
  // In the declared order drift that is larger than the effect confounds it (`confoundsOf`): nothing turns it into noise.
  return [
    ...(study.order === "declared" ? [] : driftText(effect)),
    ...unjudgedText(treatment, control),
    ...heldText(treatment, control),
    ...(ownPeaks(study, treatment, control)?.caveats ?? []),
  ];
}

/** The drift that is larger than the effect; of several the one that is absorbed least. What lies between blocks is absorbed whole. */
function driftText(effect: Effect | null): string[] {
  const ratio = effect?.ratio ?? null;
  if (effect?.drift == null || ratio === null) return [];
  const { singleBlock } = effect.drift;
  const within = shownWithin(effect.drift);
  const larger = (drift: number | null, text: (change: string) => string): string[] =>
    drift !== null && Math.abs(Math.log(drift)) > Math.abs(Math.log(ratio)) ? [text(changeText(drift))] : [];
  const found = [
    ...larger(
      singleBlock,
      (change) =>
        `the baseline drifted by ${change} within the only block, more than the effect, and no other block absorbs that`,
    ),
    ...larger(
      within?.ratio ?? null,
      (change) =>
        `all arms ${within?.isCurve === true ? `differed by ${change} between the middle and the ends of blocks` : `drifted by ${change} within blocks`}, more than the effect, but random order turns that into noise`,
    ),
  ];
  return found.slice(0, 1);
}

function unjudgedText(treatment: Pool, control: Pool): string[] {
  const trials = [...treatment.trials, ...control.trials];
  const unjudged = trials.filter(({ verdict }) => clientNotJudged(verdict)).length;
  if (unjudged === 0) return [];
  return [`client not judged in ${unjudged} of ${countText(trials.length, "trial")} (the control's included)`];
}

/** What a cap on the requests in flight held back: latencies from the schedule hold that wait, those from the send do not. */
function heldText(treatment: Pool, control: Pool): string[] {
  const [own, other] = [heldIn(treatment), heldIn(control)];
  return own === null && other === null
    ? []
    : [`\`load.max_in_flight\` held back ${own ?? "none"} (the control: ${other ?? "none"})`];
}

/** `312 of 540 requests, 4100 ms each on average`; null where it held back none. */
function heldIn({ trials }: Pool): string | null {
  let [held, of, waitedMs] = [0, 0, 0];
  for (const trial of trials) {
    const [count, mean] = [rowOf(trial, "requests_held", "value"), rowOf(trial, "held_back", "mean")];
    held += count?.value ?? 0;
    of += count?.n ?? 0;
    waitedMs += (count?.value ?? 0) * (mean?.value ?? 0);
  }
  return held === 0
    ? null
    : `${held} of ${countText(of, "request")}, ${figureText(waitedMs / held)} ms each on average`;
}
