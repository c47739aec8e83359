import { changeText, countText } from "../math/figures.ts";
import type { Effect } from "../schema/effect.ts";
import { clientNotJudged } from "../schema/verdict.ts";
import type { Pool } from "./pool.ts";
import { significanceLevel } from "./rules.ts";

/** What a reader needs to know beside an effect, in sentences. */
export function caveatsOf(effect: Effect | null, treatment: Pool, control: Pool): string[] {
  return [...driftText(effect), ...unjudgedText(treatment, control)];
}

/** The drift that is larger than the effect; of several the one that is absorbed least. */
function driftText(effect: Effect | null): string[] {
  const ratio = effect?.ratio ?? null;
  if (effect?.drift == null || ratio === null) return [];
  const { singleBlock, withinBlock, curve, withinBlockP, acrossBlocks } = effect.drift;
  const isShown = withinBlockP !== null && withinBlockP < significanceLevel;
  const larger = (drift: number | null, text: (change: string) => string): string[] =>
    drift !== null && Math.abs(Math.log(drift)) > Math.abs(Math.log(ratio)) ? [text(changeText(drift))] : [];
  const found = [
    ...larger(
      singleBlock,
      (change) =>
        `the baseline drifted by ${change} within the only block, more than the effect, and no other block absorbs that`,
    ),
    ...larger(
      isShown ? withinBlock : null,
      (change) =>
        `all arms drifted by ${change} within blocks, more than the effect, but random order turns that into noise`,
    ),
    ...larger(
      isShown ? curve : null,
      (change) =>
        `all arms differed by ${change} between the middle and the ends of blocks, more than the effect, but random order turns that into noise`,
    ),
    ...larger(
      acrossBlocks,
      (change) => `all arms drifted by ${change} over the blocks, more than the effect, but the blocks absorb that`,
    ),
  ];
  return found.slice(0, 1);
}

function unjudgedText(treatment: Pool, control: Pool): string[] {
  const unjudged = [...treatment.trials, ...control.trials].filter(({ verdict }) => clientNotJudged(verdict)).length;
  return unjudged === 0 ? [] : [`client not judged in ${countText(unjudged, "trial")}`];
}
