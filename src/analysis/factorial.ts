import { contrastVariance } from "../math/arm-variances.ts";
import type { ArmContrast } from "../math/block-model.ts";
import { benjaminiHochberg } from "../math/corrections.ts";
import { ratioInterval } from "../math/contrast-ratio.ts";
import { equivalenceTest } from "../math/equivalence.ts";
import { twoSidedP } from "../math/t-test.ts";
import type { FactorialTerm } from "../schema/effect.ts";
import { canonicalJson, sameJson, type Json } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import type { Trial } from "../schema/trial.ts";
import { fitCell, type CellModel } from "./cell-model.ts";
import { fewestDegrees, noNoise } from "./effects.ts";
import { poolsOf } from "./pools.ts";
import type { ComparedMetric } from "../schema/headline-figures.ts";
import { primaryMetricOf } from "./primary-metric.ts";
import { significanceLevel } from "./rules.ts";
import { cellsOf, experimentsByName, rulesOf, type Cell, type ComparedStudy } from "./study.ts";

/**
 * What each knob of a combination does, and what two do beyond the product of their own effects, from the same model of arms
 * and blocks as the effects, on the figure that decides. A term is averaged over all settings of the other knobs under which
 * every cell that it needs was measured, so that a missing cell costs contexts and biases nothing. Whether a term is there, and
 * whether it is too small to matter, are corrected by Benjamini and Hochberg over the terms of its kind. Empty where the study is no combination.
 * Source: G. E. P. Box, J. S. Hunter and W. G. Hunter, Statistics for Experimenters, 2nd ed., sections 5.4 and 5.6.
 */
export function factorial(study: ComparedStudy, trials: readonly Trial[]): FactorialTerm[] {
  const pool = poolsOf(study, trials);
  const margin = Math.log1p(rulesOf(study).smallestEffectOfInterest);
  const contrasts = study.contrasts.filter(({ family }) => family === "combination");
  const estimates = cellsOf(contrasts).flatMap((cell) => {
    const metric = primaryMetricOf(study, cell, trials);
    const fitted = fitCell(cell, pool, metric);
    const grid = gridOf(study, cell, fitted);
    return termsOf(grid).map((term) => estimated(term, cell, fitted, metric, margin));
  });
  return (["main", "interaction"] as const).flatMap((kind) =>
    corrected(estimates.filter(({ term }) => term.kind === kind)),
  );
}

/** The measured arms of a factorial by their settings. */
interface Grid {
  arms: { setting: Assignment; index: number }[];
  indexOf: ReadonlyMap<string, number>;
  knobs: { knob: string; values: Json[]; base: Json }[];
}

/** What a cell and its baseline set of each factor: the point of an axis where factors are axes, else the value of a knob. */
function factorsIn(study: ComparedStudy, { baseline, contrasts }: Cell): { base: Assignment; rows: FactorialRow[] } {
  const onAxes = contrasts.filter(({ axisPoints }) => axisPoints !== undefined);
  if (onAxes.length > 0) {
    // Rows that were included beside the cells stand at no point.
    const rows = onAxes.map(({ treatment, axisPoints }) => ({ name: treatment, changed: pointsOf(axisPoints) }));
    return { base: pointsOf(onAxes[0]!.basePoints), rows };
  }
  const base = experimentsByName(study).get(baseline)?.knobs ?? {};
  return { base, rows: contrasts.map(({ treatment, changed }) => ({ name: treatment, changed })) };
}

/** The points of axes; that of a value without the name of its knob before it. */
function pointsOf(points: { [axis: string]: string } = {}): Assignment {
  return Object.fromEntries(
    Object.entries(points).map(([axis, id]) => {
      const name = `${axis.split(".").at(-1)}=`;
      return [axis, id.startsWith(name) ? id.slice(name.length) : id];
    }),
  );
}

interface FactorialRow {
  name: string;
  changed: Assignment;
}

function gridOf(study: ComparedStudy, cell: Cell, { arms }: CellModel): Grid {
  const { base, rows: cells } = factorsIn(study, cell);
  // In the order of the factors, which a cell that changes all of them has.
  const widestFirst = cells
    .map(({ changed }) => Object.keys(changed))
    .toSorted((left, right) => right.length - left.length);
  const names = [...new Set(widestFirst.flat())];
  const settingOf = (changed: Assignment): Assignment =>
    Object.fromEntries(names.map((knob) => [knob, (knob in changed ? changed[knob] : base[knob]) ?? null]));
  const rows: FactorialRow[] = [{ name: cell.baseline, changed: {} }, ...cells];
  const measured = rows.flatMap(({ name, changed }) => {
    const arm = arms.get(name)!;
    return arm.positive && arm.values.length > 0 ? [{ setting: settingOf(changed), index: arm.index }] : [];
  });
  const knobs = names.map((knob) => {
    const own = base[knob] ?? null;
    const values = distinct(rows.map(({ changed }) => settingOf(changed)[knob]!));
    // Factors that do not hold the baseline's own value meet it in the baseline alone: there the first value is what others are measured against.
    const meetsBase =
      names.length === 1 || rows.filter(({ changed }) => sameJson(settingOf(changed)[knob], own)).length > 1;
    const reference = meetsBase ? own : (values.find((value) => !sameJson(value, own)) ?? own);
    return {
      knob,
      base: reference,
      values: values.filter((value) => !sameJson(value, reference) && (meetsBase || !sameJson(value, own))),
    };
  });
  return {
    arms: measured,
    indexOf: new Map(measured.map(({ setting, index }) => [canonicalJson(setting), index])),
    knobs,
  };
}

function distinct(values: readonly Json[]): Json[] {
  return [...new Map(values.map((value) => [canonicalJson(value), value])).values()];
}

interface Term {
  kind: FactorialTerm["kind"];
  levels: FactorialTerm["levels"];
  contexts: Assignment[];
  weights: ArmContrast;
}

/** Every main effect and every interaction of two knobs, at each of their levels. */
function termsOf(grid: Grid): Term[] {
  const levels = grid.knobs.flatMap(({ knob, values, base }) => values.map((value) => ({ knob, value, base })));
  const pairs = levels.flatMap((left, index) =>
    levels.slice(index + 1).flatMap((right) => (left.knob === right.knob ? [] : [[left, right]])),
  );
  return [...levels.map((level) => [level]), ...pairs].map((own) => termOf(grid, own));
}

/** The corners of a term have sign + where an even number of its knobs stands at the base; all in the same setting of the others. */
function termOf(grid: Grid, levels: FactorialTerm["levels"]): Term {
  const contexts: Assignment[] = [];
  const weights = new Map<number, number>();
  for (const { setting } of grid.arms) {
    if (!levels.every(({ knob, value }) => sameJson(setting[knob], value))) continue;
    const corners = cornersOf(grid, setting, levels);
    if (corners === null) continue;
    contexts.push(
      Object.fromEntries(Object.entries(setting).filter(([knob]) => !levels.some((one) => one.knob === knob))),
    );
    for (const [index, weight] of corners) weights.set(index, (weights.get(index) ?? 0) + weight);
  }
  for (const [index, weight] of weights) weights.set(index, weight / contexts.length);
  return { kind: levels.length === 1 ? "main" : "interaction", levels, contexts, weights };
}

function cornersOf(grid: Grid, setting: Assignment, levels: FactorialTerm["levels"]): [number, number][] | null {
  let corners: { at: Assignment; weight: number }[] = [{ at: setting, weight: 1 }];
  for (const { knob, base } of levels) {
    corners = corners.flatMap(({ at, weight }) => [
      { at, weight },
      { at: { ...at, [knob]: base }, weight: -weight },
    ]);
  }
  const found = corners.flatMap(({ at, weight }): [number, number][] => {
    const index = grid.indexOf.get(canonicalJson(at));
    return index === undefined ? [] : [[index, weight]];
  });
  return found.length === corners.length ? found : null;
}

interface EstimatedTerm {
  term: FactorialTerm;
  /** That it is as large as the smallest effect of interest, or larger. */
  pBeyond: number;
}

function estimated(
  { kind, levels, contexts, weights }: Term,
  { baseline }: Cell,
  fitted: CellModel,
  { metric, stat }: ComparedMetric,
  margin: number,
): EstimatedTerm {
  const { model } = fitted;
  const estimate = contexts.length === 0 ? null : model.estimate(weights);
  const common = { kind, levels, baseline, metric, stat, contexts, pAdjusted: null };
  const addsUp = kind === "main" ? null : ("not known" as const);
  const ratio = estimate === null ? null : Math.exp(estimate);
  if (estimate === null || model.residualVariance === null) {
    const why =
      contexts.length === 0
        ? "not every combination that it needs was measured"
        : estimate === null
          ? "no blocks tie its combinations together"
          : "nothing was repeated";
    return { term: { ...common, ratio, interval: null, p: null, addsUp, why }, pBeyond: 1 };
  }
  const { variance, degreesOfFreedom } = contrastVariance(fitted, weights);
  if (degreesOfFreedom < fewestDegrees)
    return { term: { ...common, ratio, interval: null, p: null, addsUp, why: noNoise("too little") }, pBeyond: 1 };
  const standardError = Math.sqrt(variance);
  const interval = ratioInterval(estimate, standardError, degreesOfFreedom, significanceLevel);
  const p = twoSidedP(estimate, standardError, degreesOfFreedom);
  const within = equivalenceTest(estimate, standardError, degreesOfFreedom, margin, significanceLevel);
  return { term: { ...common, ratio, interval, p, addsUp, why: null }, pBeyond: within.p };
}

/** Knobs add up where their interaction is shown to be too small to matter, and do not where it is shown to be there. */
function corrected(estimates: readonly EstimatedTerm[]): FactorialTerm[] {
  const tested = estimates.filter(({ term }) => term.p !== null);
  const there = benjaminiHochberg(tested.map(({ term }) => term.p!));
  const beyond = benjaminiHochberg(tested.map(({ pBeyond }) => pBeyond));
  const places = new Map(tested.map((one, place) => [one, place]));
  return estimates.map((one) => {
    const place = places.get(one);
    if (place === undefined) return one.term;
    const pAdjusted = there[place]!;
    if (one.term.kind === "main") return { ...one.term, pAdjusted };
    const addsUp = beyond[place]! <= significanceLevel ? "yes" : pAdjusted < significanceLevel ? "no" : "not known";
    return { ...one.term, pAdjusted, addsUp };
  });
}
