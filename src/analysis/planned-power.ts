import type { EstimatedVariance } from "../math/arm-variances.ts";
import { normalCdf, studentTQuantile } from "../math/distributions.ts";
import { dunnettQuantile } from "../math/dunnett.ts";
import { countText, percentText } from "../math/figures.ts";
import { plannedVariances } from "../math/planned-variances.ts";
import { smallestWhere } from "../math/power.ts";
import type { Contrast } from "../schema/experiment.ts";
import { correctionText } from "./families.ts";
import { powerWanted, significanceLevel } from "./rules.ts";

/** A design before anything is spent. */
export interface PlannedDesign {
  /** The family of contrasts that decides about the changes. */
  family: Contrast["family"];
  /** Changes of one cell: rows but the baseline, less those that are skipped. */
  changes: number;
  /** Workloads times points of the sweep; 1 where there is one of each. */
  cells?: number;
  /** Repeats at the fidelity that is planned. */
  blocks: number;
  /** Trials of the baseline in each block. */
  baselines: number;
  /** Standard deviation of a trial's logarithm after arms and blocks (0.03 is 3 %), and where it was taken from. */
  residual: { sd: number; source: string };
}

/** What such a study can find by the test that will decide, if all arms have the assumed noise. */
export interface PlannedPower {
  correction: string;
  /** The smallest change that such a study detects with 80 % power: 0.03 is 3 %; null where it can detect none. */
  smallestDetectable: number | null;
  /** The smallest effect of interest for which such a study calls a change that does nothing NO EFFECT with 80 % power. */
  noEffectWithin: number | null;
  /** All of it for people. */
  sentence: string;
}

/** The power of a static design with nothing missing, for its least favourable contrast (of a stack: step against step). */
export function plannedPower({ family, changes, cells = 1, blocks, baselines, residual }: PlannedDesign): PlannedPower {
  const contrasts = changes * cells;
  const correction = correctionText(family, contrasts);
  if (blocks < 2 || changes === 0) {
    const sentence =
      changes === 0 ? "there is nothing to compare" : "one block shows no noise, so that no effect can be told";
    return { correction, smallestDetectable: null, noEffectWithin: null, sentence };
  }
  const steps = family === "step" && changes > 1;
  const draws = plannedVariances({ changes, baselines, blocks, against: steps ? "change" : "baseline" });
  const shared = 1 / (blocks * baselines);
  const variance = 1 / blocks + (steps ? 1 / blocks : shared);
  const loadings = Array.from({ length: changes }, () => Math.sqrt(shared / variance));
  const found = interpolated(draws, (degrees) =>
    family === "isolation"
      ? dunnettQuantile((1 - significanceLevel) ** (1 / cells), loadings, degrees)
      : studentTQuantile(1 - significanceLevel / (2 * contrasts), degrees),
  );
  const equivalent = interpolated(draws, (degrees) => studentTQuantile(1 - significanceLevel / contrasts, degrees));
  // Effects and bars in true standard errors.
  const chance = (beyond: (bar: number) => number, bars: readonly number[]): number =>
    bars.reduce((sum, bar) => sum + beyond(bar / Math.sqrt(variance)), 0) / bars.length;
  const size = smallestWith((effect) => chance((bar) => normalCdf(effect - bar) + normalCdf(-effect - bar), found));
  const within = smallestWith((margin) => chance((bar) => Math.max(0, 2 * normalCdf(margin - bar) - 1), equivalent));
  const [smallestDetectable, noEffectWithin] = [size, within].map((one) =>
    Math.expm1(one * Math.sqrt(variance) * residual.sd),
  ) as [number, number];
  const sentence =
    `at a noise of ${percentText(residual.sd)} (${residual.source}), ${countText(blocks, "block")} show a change of ` +
    `${percentText(smallestDetectable)} with 80 % power (${correction}) and can call one NO EFFECT within ` +
    `±${percentText(noEffectWithin)}`;
  return { correction, smallestDetectable, noEffectWithin, sentence };
}

/** Intervals of the grid on which critical values are interpolated: their logarithm, linearly in 1 over the degrees of freedom. */
const GRID = 12;

/** For each draw the critical value times its standard error. */
function interpolated(draws: readonly EstimatedVariance[], quantile: (degrees: number) => number): number[] {
  const inverses = draws.map(({ degreesOfFreedom }) => 1 / degreesOfFreedom);
  const least = inverses.reduce((low, one) => Math.min(low, one));
  const step = (inverses.reduce((high, one) => Math.max(high, one)) - least) / GRID || 1;
  const known = Array.from({ length: GRID + 1 }, (_, at) => Math.log(quantile(1 / (least + at * step))));
  return draws.map((draw, index) => {
    const place = (inverses[index]! - least) / step;
    const below = Math.min(GRID - 1, Math.floor(place));
    const log = known[below]! + (place - below) * (known[below + 1]! - known[below]!);
    return Math.exp(log) * Math.sqrt(draw.variance);
  });
}

/** The smallest size that has the power wanted, to a thousandth. */
function smallestWith(power: (size: number) => number): number {
  return smallestWhere((size) => power(size) >= powerWanted, 1e-3).above;
}
