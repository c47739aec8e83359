import { contrastVariance } from "../../math/arm-variances.ts";
import { ratioInterval } from "../../math/contrast-ratio.ts";
import { changeText, countText } from "../../math/figures.ts";
import type { RatioBounds } from "../../schema/effect.ts";
import { canonicalJson } from "../../schema/json.ts";
import { isClientKnob, scopeOf, type Assignment } from "../../schema/knob.ts";
import { contrastOf, fitCell, type Arm, type CellModel } from "../cell-model.ts";
import type { Pool } from "../pool.ts";
import { primaryMetricOf } from "../primary-metric.ts";
import { significanceLevel } from "../rules.ts";
import { cellsOf, experimentsByName, type KnobPath } from "../study.ts";
import {
  changeWithBounds,
  excludesNothing,
  isShown,
  largestFirst,
  type FindingContext,
  type Said,
  type StudyFindingRule,
} from "./finding-context.ts";

/** Tables of one study that cannot both be right: one program under two names, or more tokens a second with fewer requests. */
export const contradictions: StudyFindingRule = (context) => [...oneProgram(context), ...twoThroughputs(context)];

/**
 * Arms of a cell whose engines resolved to one configuration under one load, and that differ all the same: what is between them is
 * noise, or something that nobody recorded. Of each such group the two that lie furthest apart. With one launch each there is no
 * interval, and a difference that would matter says it.
 */
function oneProgram({ study, trials, matters, poolOf, said }: FindingContext): Said[] {
  const experiments = experimentsByName(study);
  return cellsOf(study.contrasts).flatMap((cell) => {
    const metric = primaryMetricOf(study, cell, trials);
    const fitted = fitCell(cell, poolOf, metric);
    const known = [...fitted.arms].flatMap(([name, arm]) => {
      const key = programOf(poolOf(name), experiments.get(name)?.knobs ?? {}, study.knobPaths ?? []);
      return key === null || !arm.positive || arm.launches.length === 0 ? [] : [{ name, arm, key }];
    });
    return [...Map.groupBy(known, ({ key }) => key).values()].flatMap((own): Said[] => {
      const pairs = own.flatMap((left, place) => own.slice(place + 1).map((right) => [left, right] as const));
      const apart = pairs.flatMap(([left, right]) => {
        const found = differenceOf(fitted, left.arm, right.arm, pairs.length);
        if (found === null) return [];
        const isApart = found.interval === null ? matters(found.ratio) : excludesNothing(found.interval);
        return isApart ? [{ left, right, ...found }] : [];
      });
      const [first] = largestFirst(apart);
      if (first === undefined) return [];
      const { left, right, ratio, interval } = first;
      const by =
        interval === null
          ? `${changeText(ratio)} with one launch each`
          : `${changeWithBounds(ratio, interval)} on ${left.arm.launches.length} against ${countText(right.arm.launches.length, "launch", "launches")}`;
      const says = `${left.name} and ${right.name} resolved to the same configuration, and yet differ by ${by}: no smaller difference between two arms here means anything.`;
      return [said(says, [left.name, right.name], metric)];
    });
  });
}

/**
 * What was found to run, with the settings that the resolved configuration does not hold; null where an engine said nothing, or
 * not the same in all trials.
 */
function programOf({ trials }: Pool, knobs: Assignment, knobPaths: readonly KnobPath[]): string | null {
  const ids = new Set(trials.map(({ resolvedId, resolvedConfiguration }) => resolvedConfiguration && resolvedId));
  const [id] = ids;
  if (ids.size !== 1 || id == null) return null;
  const paths = new Set(Object.keys(trials[0]?.resolvedConfiguration ?? {}));
  const isHeld = (knob: string): boolean =>
    !isClientKnob(knob) &&
    scopeOf(knob) === null &&
    (paths.has(knob) ||
      paths.keys().some((path) => path.endsWith(`.${knob}`)) ||
      knobPaths.some((known) => known.knob === knob && paths.has(known.path)));
  return canonicalJson([id, Object.fromEntries(Object.entries(knobs).filter(([knob]) => !isHeld(knob)))]);
}

/** The left ÷ the right as the model has it; the interval is corrected over so many pairs, and null where nothing was repeated. */
function differenceOf(
  fitted: CellModel,
  left: Arm,
  right: Arm,
  pairs: number,
): { ratio: number; interval: RatioBounds | null } | null {
  const contrast = contrastOf(left, right);
  const estimate = fitted.model.estimate(contrast);
  if (estimate === null) return null;
  const ratio = Math.exp(estimate);
  if (fitted.model.residualVariance === null) return { ratio, interval: null };
  const { variance, degreesOfFreedom } = contrastVariance(fitted, contrast);
  return { ratio, interval: ratioInterval(estimate, Math.sqrt(variance), degreesOfFreedom, significanceLevel / pairs) };
}

/** Output tokens a second that rise while requests a second fall, or the other way round: the answers changed their length. */
function twoThroughputs({ own, effects, said }: FindingContext): Said[] {
  return own.flatMap((one) => {
    const { treatment, control, metric, words, ratio, interval } = one;
    const requests = effects.find(
      (other) => other.treatment === treatment && other.control === control && other.metric === "request_throughput",
    );
    if (!metric.startsWith("output_throughput") || !isShown(one)) return [];
    if (requests?.ratio == null || requests.interval === null || !isShown(requests)) return [];
    if (requests.ratio > 1 === ratio > 1) return [];
    const says = `${treatment}: ${words} ${changeWithBounds(ratio, interval)}, but requests/s ${changeWithBounds(requests.ratio, requests.interval)} against ${control}: its answers have another length.`;
    return [said(says, [treatment, control], { metric: "request_throughput", stat: "value" })];
  });
}
