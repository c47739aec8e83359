import { percentText, pText } from "../../math/figures.ts";
import { isDoubtful, type Effect, type PairedRounds } from "../../schema/effect.ts";
import type { Answer } from "../answer.ts";
import { answerWords } from "../answer-words.ts";
import { percentChange, percentInterval } from "../numbers.ts";
import type { ReportInput } from "../report-input.ts";
import { judgedEffects, type JudgedChange } from "../relations/decisions.ts";
import { isClear } from "../relations/wording.ts";

/** Contrasts of which the answer says who won; the tables have all. */
const MOST_CONTRASTS = 3;

type Asked = Pick<ReportInput, "study" | "effects" | "decisions">;

/**
 * Who won, by how much, and in how many rounds. Null where no round holds both sides twice, and where speed is not the answer:
 * of a change whose figure is in doubt, or whose accuracy is below its gate. Then the decisions alone are the answer.
 */
export function duelAnswer(input: Asked): Answer | null {
  const fought = judgedEffects(input).flatMap((one): Fought[] => {
    const { control, own } = one;
    if (isDoubtful(one) || one.failedGate !== undefined) return [];
    return own?.paired == null || own.ratio === null || control === null
      ? []
      : [{ ...one, control, own, paired: own.paired }];
  });
  if (fought.length === 0) return null;
  const told = fought.slice(0, MOST_CONTRASTS);
  return {
    main: told.map(outcomeText).join(" "),
    because: told.map(
      ({ own, paired }) =>
        `${own.treatment} against ${own.control}: interval ${percentInterval(own.interval, 1)}, ${own.pAdjusted === null ? "" : `${pText(own.pAdjusted)}; `}over the rounds as pairs ${pText(paired.tP)} (t) and ${pText(paired.wilcoxonP)} (Wilcoxon).`,
    ),
  };
}

interface Fought extends JudgedChange {
  control: string;
  own: Effect;
  paired: PairedRounds;
}

/** `fp8 wins: +24.1 % output tok/s against bf16, ahead in 8 of 8 rounds.` */
function outcomeText(one: Fought): string {
  const { experiment, control, own, paired, missing } = one;
  const words = answerWords(one);
  const isLower = own.better === "lower";
  // A tied round is nobody's.
  const aheadIn = (isHigher: boolean): number =>
    paired.each.filter(({ ratio }) => (isHigher ? ratio > 1 : ratio < 1)).length;
  const change = percentChange(own.ratio, 1);
  const margin = own.equivalence?.equivalent === true ? own.equivalence.margin : null;
  if (isClear(own) && margin === null) {
    const isTreatment = (own.direction === "lower") === isLower;
    const rounds = aheadIn(own.direction === "higher");
    const [winner, loser] = isTreatment ? [experiment, control] : [control, experiment];
    return `${winner} wins against ${loser}, ahead in ${rounds} of ${paired.rounds} rounds: ${experiment} has ${change} ${words}.`;
  }
  const verdict = margin === null ? "No winner yet" : `A draw within ±${percentText(margin)}`;
  const blocks = missing[0]?.blocks ?? null;
  const more = margin !== null || blocks === null ? "" : `; about ${blocks} rounds would tell, ${paired.rounds} ran`;
  return `${verdict}: ${experiment} has ${change} ${words} against ${control}, ahead in ${aheadIn(!isLower)} of ${paired.rounds} rounds${more}.`;
}
