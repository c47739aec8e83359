import type { Effect } from "../schema/effect.ts";
import { clientNotJudged } from "../schema/verdict.ts";
import type { Pool } from "./pool.ts";
import { changeText, countText } from "./words.ts";

/** What a reader is to know beside an effect, in sentences. */
export function caveatsOf(effect: Effect | null, treatment: Pool, control: Pool): string[] {
  return [...driftText(effect), ...unjudgedText(treatment, control)];
}

/** Drift that no other block absorbs, and drift that is larger than what was found. */
function driftText(effect: Effect | null): string[] {
  const ratio = effect?.ratio ?? null;
  if (effect?.drift == null || ratio === null) return [];
  const { singleBlock, withinBlock, withinBlockP, acrossBlocks } = effect.drift;
  const isLarger = (drift: number | null): drift is number =>
    drift !== null && Math.abs(Math.log(drift)) > Math.abs(Math.log(ratio));
  if (isLarger(singleBlock))
    return [
      `the baseline drifted by ${changeText(singleBlock)} within the only block, more than the effect, and nothing absorbs that`,
    ];
  if (isLarger(withinBlock) && (withinBlockP ?? 1) < 0.05)
    return [
      `within blocks all arms drifted by ${changeText(withinBlock)}, more than the effect, which random places turn into noise`,
    ];
  return isLarger(acrossBlocks)
    ? [`over the blocks all arms drifted by ${changeText(acrossBlocks)}, more than the effect, which the blocks absorb`]
    : [];
}

function unjudgedText(treatment: Pool, control: Pool): string[] {
  const unjudged = [...treatment.trials, ...control.trials].filter(({ verdict }) => clientNotJudged(verdict)).length;
  return unjudged === 0 ? [] : [`client not judged in ${countText(unjudged, "trial")}`];
}
