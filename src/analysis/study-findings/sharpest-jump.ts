import type { CurveFigure, CurvePoint } from "../../schema/curve.ts";
import type { RatioBounds } from "../../schema/effect.ts";
import { figureWords } from "../../schema/figure-words.ts";
import type { Statistic } from "../../schema/measurement.ts";
import { loadText } from "../../schema/load-curve.ts";
import { changeWithBounds, type StudyFindingRule } from "./finding-context.ts";

/** Two neighbouring points of a curve and a latency that grows between them faster than the load. */
interface Jump {
  from: CurvePoint;
  to: CurvePoint;
  figure: CurveFigure;
  ratio: number;
  interval: RatioBounds;
  /** Change of the latency's logarithm for that of the load's. */
  steepness: number;
}

/** Along each curve the step of the load at which a tail grows fastest: by more than in proportion to the load, with its whole interval. */
export const sharpestJump: StudyFindingRule = ({ curves, isLatency, said }) =>
  curves
    .flatMap(({ name, setting, points }) => {
      const jumps = points.slice(1).flatMap((to, place) => jumpsBetween(points[place]!, to, isLatency));
      const [sharpest] = jumps.toSorted((left, right) => right.steepness - left.steepness);
      return sharpest === undefined ? [] : [{ name, setting, ...sharpest }];
    })
    .toSorted((left, right) => right.steepness - left.steepness)
    .map(({ name, setting, from, to, figure, ratio, interval }) => {
      const says = `${name} bends between ${loadText(setting, from.load)} and ${loadText(setting, to.load)}: ${figureWords(`${figure.metric} ${figure.stat}`)} ${changeWithBounds(ratio, interval)} for ${((to.load / from.load - 1) * 100).toFixed(0)} % more load.`;
      return said(says, [from.experiment, to.experiment], figure);
    });

function jumpsBetween(from: CurvePoint, to: CurvePoint, isLatency: (metric: string) => boolean): Jump[] {
  return to.figures.flatMap((figure): Jump[] => {
    if (!isLatency(figure.metric) || figure.stat !== tailOf(to, figure.metric)) return [];
    const before = from.figures.find(({ metric, stat }) => metric === figure.metric && stat === figure.stat);
    if (before?.value == null || figure.value === null || before.bounds === null || figure.bounds === null) return [];
    const change = Math.log(figure.value / before.value);
    // Both points were measured on their own: their errors add up as squares.
    const half = Math.hypot(halfOf(before.bounds), halfOf(figure.bounds));
    const load = Math.log(to.load / from.load);
    if (!(change - half > load)) return [];
    const interval = { lower: Math.exp(change - half), upper: Math.exp(change + half) };
    return [{ from, to, figure, ratio: Math.exp(change), interval, steepness: change / load }];
  });
}

/** The highest percentile of a latency that a point has. */
function tailOf({ figures }: CurvePoint, metric: string): Statistic | undefined {
  return figures.findLast((one) => one.metric === metric && one.value !== null && one.stat !== "p50")?.stat;
}

function halfOf({ lower, upper }: RatioBounds): number {
  return Math.log(upper / lower) / 2;
}
