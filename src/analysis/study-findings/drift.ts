import { studentTQuantile } from "../../math/distributions.ts";
import { changeText, pText } from "../../math/figures.ts";
import { figureWords } from "../../schema/figure-words.ts";
import { fitCell, type CellModel } from "../cell-model.ts";
import { shownWithin } from "../drift.ts";
import { primaryMetricOf } from "../primary-metric.ts";
import { significanceLevel } from "../rules.ts";
import { armsOf, cellsOf } from "../study.ts";
import { changeWithBounds, excludesNothing, largestFirst, type StudyFindingRule } from "./finding-context.ts";

/**
 * What moved all arms while the study ran, by more than what matters: between its first and last block, or along each block. Both
 * are looked for in every cell, and corrected over all of these tests by Bonferroni: else one study in ten of a single cell would drift.
 */
export const drift: StudyFindingRule = ({ study, trials, matters, poolOf, said }) => {
  const cells = cellsOf(study.contrasts);
  const alpha = significanceLevel / (2 * cells.length);
  const found = cells.flatMap((cell) => {
    const metric = primaryMetricOf(study, cell, trials);
    const fitted = fitCell(cell, poolOf, metric);
    // The declared order turns no drift within blocks into noise: where it matters, `confoundsOf` says so.
    const within = study.order === "declared" ? null : withinBlocks(fitted, alpha);
    return [acrossBlocks(fitted, alpha), within].flatMap((one) =>
      one === null || !matters(one.ratio) ? [] : [{ ...one, cell, metric, besides: besideText(fitted) }],
    );
  });
  return largestFirst(found).map(({ says, cell, metric, besides }) => {
    const figure = figureWords(`${metric.metric} ${metric.stat}`);
    return said(`All arms ${besides} drifted in ${figure}: ${says}.`, armsOf(cell), metric);
  });
};

/** Which arms: the baseline is one of them, unless it has no figure in the model. */
function besideText({ baseline, arms }: CellModel): string {
  const { values, positive } = arms.get(baseline)!;
  if (values.length === 0) return `beside ${baseline}, which has no usable figure,`;
  return positive ? `beside ${baseline}` : `beside ${baseline}, of which a launch measured zero,`;
}

interface Drifted {
  ratio: number;
  says: string;
}

/** The mean over the arms that both blocks hold, with Student's interval from the model's residuals. */
function acrossBlocks({ drift: found, arms, model, blocksOfOneHost }: CellModel, alpha: number): Drifted | null {
  const ratio = found?.acrossBlocks ?? null;
  const both = [...arms.values()].filter(
    (arm) =>
      arm.positive &&
      [blocksOfOneHost[0], blocksOfOneHost.at(-1)].every((block) =>
        arm.launches.some((launch) => launch.block === block),
      ),
  ).length;
  if (ratio === null || both === 0 || model.residualVariance === null) return null;
  const half = studentTQuantile(1 - alpha / 2, model.degreesOfFreedom) * Math.sqrt((2 * model.residualVariance) / both);
  const interval = { lower: ratio * Math.exp(-half), upper: ratio * Math.exp(half) };
  if (!excludesNothing(interval)) return null;
  return {
    ratio,
    says: `${changeWithBounds(ratio, interval)} from the first block to the last, which the blocks absorb`,
  };
}

function withinBlocks({ drift: found }: CellModel, alpha: number): Drifted | null {
  const within = found && shownWithin(found, alpha);
  if (within === null) return null;
  const { ratio, isCurve } = within;
  const where = isCurve ? "between the middle and the ends of each block" : "along each block";
  return {
    ratio,
    says: `${changeText(ratio)} ${where} (${pText(found!.withinBlockP!)} of line and curve together), which random order turns into noise`,
  };
}
