import type { BlockModel, BlockObservation } from "../math/block-model.ts";
import { regularisedIncompleteBeta } from "../math/distributions.ts";
import { mean } from "../math/statistics.ts";
import type { Drift } from "../schema/effect.ts";
import { significanceLevel } from "./rules.ts";

/** A launch on the scale of logarithms, with its place in the study's order. */
export interface PlacedObservation extends BlockObservation {
  position: number;
}

/** Degrees of freedom that must be left beside a line and a curve. */
const FEWEST_LEFT = 2;

/**
 * How a cell's values moved in time beside what the changes do, from all arms: between blocks, and within them along a line and
 * a curve through the residuals of arms and blocks, which are taken out of the places too. Where the order fixes each arm's
 * place, drift within blocks cannot be estimated. Null where nothing is known.
 * @param model of these observations
 * @param baseline the arm that a single block may hold several times
 * @param ofOneHost the blocks of one host in their order, where others ran elsewhere: what lies between hosts is no drift
 */
export function driftOf(
  observations: readonly PlacedObservation[],
  model: BlockModel,
  baseline: number,
  ofOneHost?: readonly number[],
): Drift | null {
  const inOrder = observations.toSorted((left, right) => left.position - right.position);
  const blocks = [...new Set(inOrder.map(({ block }) => block))];
  const ends = ofOneHost ?? blocks;
  const own = inOrder.filter(({ arm }) => arm === baseline).map(({ value }) => value);
  const drift = {
    acrossBlocks: ends.length < 2 ? null : acrossBlocks(observations, ends[0]!, ends.at(-1)!),
    ...withinBlock(observations, model),
    singleBlock: blocks.length !== 1 || own.length < 2 ? null : spreadOf(own),
  };
  return Object.values(drift).every((one) => one === null) ? null : drift;
}

/** What moved within blocks by more than chance: the larger of line and curve, since one p speaks of both. Null where nothing is shown. */
export function shownWithin(drift: Drift, alpha = significanceLevel): { ratio: number; isCurve: boolean } | null {
  const { withinBlock: line, curve, withinBlockP: p } = drift;
  if (line === null || curve === null || p === null || p >= alpha) return null;
  const isCurve = Math.abs(Math.log(curve)) > Math.abs(Math.log(line));
  return { ratio: isCurve ? curve : line, isCurve };
}

function acrossBlocks(observations: readonly PlacedObservation[], first: number, last: number): number | null {
  const moved = [...Map.groupBy(observations, ({ arm }) => arm).values()].flatMap((values) => {
    const [before, after] = [first, last].map((block) =>
      mean(values.filter((one) => one.block === block).map(({ value }) => value)),
    );
    return before == null || after == null ? [] : [after - before];
  });
  const change = mean(moved);
  return change === null ? null : Math.exp(change);
}

/** The largest ÷ the smallest; below 1 where it came first. */
function spreadOf(logs: readonly number[]): number {
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  return Math.exp(logs.indexOf(least) <= logs.indexOf(most) ? most - least : least - most);
}

/** A line and a curve beside arms and blocks, by regressing residuals on residuals (R. Frisch and F. V. Waugh, Econometrica 1(4), 1933). */
function withinBlock(
  observations: readonly PlacedObservation[],
  { residuals, residualsOf, degreesOfFreedom }: BlockModel,
): Pick<Drift, "withinBlock" | "curve" | "withinBlockP"> {
  const unknown = { withinBlock: null, curve: null, withinBlockP: null };
  const left = degreesOfFreedom - 2;
  if (left < FEWEST_LEFT) return unknown;
  const places = placesOf(observations);
  const [line, curve] = [residualsOf(places), residualsOf(places.map((place) => place ** 2))];
  const [ll, cc, lc] = [dot(line, line), dot(curve, curve), dot(line, curve)];
  const determinant = ll * cc - lc * lc;
  if (determinant < 1e-6 * observations.length ** 2) return unknown;
  const [ly, cy] = [dot(line, residuals), dot(curve, residuals)];
  const slope = (cc * ly - lc * cy) / determinant;
  const bend = (ll * cy - lc * ly) / determinant;
  const explained = slope * ly + bend * cy;
  const rest = Math.max(0, dot(residuals, residuals) - explained);
  return {
    withinBlock: Math.exp(2 * slope),
    curve: Math.exp(-bend),
    withinBlockP:
      rest === 0 ? Number(explained === 0) : regularisedIncompleteBeta(rest / (rest + explained), left / 2, 1),
  };
}

function dot(one: Float64Array, two: Float64Array): number {
  return one.reduce((total, value, at) => total + value * two[at]!, 0);
}

/** From -1 for the first launch of a block to 1 for its last; 0 for one that is alone. */
function placesOf(observations: readonly PlacedObservation[]): number[] {
  const ends = new Map<number, { first: number; last: number }>();
  for (const { block, position } of observations) {
    const known = ends.getOrInsert(block, { first: position, last: position });
    known.first = Math.min(known.first, position);
    known.last = Math.max(known.last, position);
  }
  return observations.map(({ block, position }) => {
    const { first, last } = ends.get(block)!;
    return first === last ? 0 : (2 * (position - first)) / (last - first) - 1;
  });
}
