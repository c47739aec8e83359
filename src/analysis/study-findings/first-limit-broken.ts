import { decimalsBeside, leastShareText, percentText } from "../../math/figures.ts";
import { loadText } from "../../schema/load-curve.ts";
import { figureWords } from "../../schema/figure-words.ts";
import { changeWithBounds, type FindingContext, type Said, type StudyFindingRule } from "./finding-context.ts";

/** Along a curve the lowest load that breaks the SLO; along a stack the first step that breaks a guardrail. */
export const firstLimitBroken: StudyFindingRule = (context) => [...alongCurves(context), ...alongStack(context)];

function alongCurves({ curves, said }: FindingContext): Said[] {
  return curves.flatMap(({ name, setting, points, slo }) => {
    const at = points.findIndex(({ load }) => load === slo?.breaksAt);
    const broken = points[at];
    const share = broken?.figures.find(({ metric }) => metric === "goodput_share") ?? null;
    if (slo === null || broken === undefined || share?.value == null || share.bounds === null) return [];
    if (share.bounds.upper >= 100 * slo.share) return [];
    const held =
      slo.upTo === null ? "breaks at the lowest load" : `holds up to ${loadText(setting, slo.upTo)} and breaks`;
    const arms = points.slice(Math.max(0, at - 1), at + 1).map(({ experiment }) => experiment);
    const { value, bounds } = share;
    const decimals = decimalsBeside(slo.share, [value, bounds.lower, bounds.upper]);
    const [met, lower, upper] = [value, bounds.lower, bounds.upper].map((one) => one.toFixed(decimals));
    const says = `The SLO of ${name} ${held} at ${loadText(setting, broken.load)}: ${met} % of the requests meet it there (${lower} to ${upper}), and ${leastShareText(slo.share)} must.`;
    return [said(says, arms, share)];
  });
}

function alongStack({ study, own, effects, said }: FindingContext): Said[] {
  const steps = own.filter(({ family }) => family === "step" || family === "stack");
  if (!study.contrasts.some(({ family }) => family === "step")) return [];
  for (const { decision, treatment, control } of steps) {
    const broken = decision.guardrails.flatMap((guardrail) => {
      const { metric, stat, status, unit } = guardrail;
      const effect = effects.find(
        (one) => one.treatment === treatment && one.control === control && one.metric === metric && one.stat === stat,
      );
      return status === "broken" && unit === "ratio" && effect?.ratio != null && effect.interval !== null
        ? [{ ...guardrail, ratio: effect.ratio, interval: effect.interval }]
        : [];
    });
    const [first] = broken.toSorted(
      (left, right) => (right.moved ?? 0) / right.margin - (left.moved ?? 0) / left.margin,
    );
    if (first === undefined) continue;
    const { metric, stat, ratio, interval, margin } = first;
    const says = `The first limit to break along the stack is ${figureWords(`${metric} ${stat}`)}, at ${treatment}: ${changeWithBounds(ratio, interval)} against ${control}, at most ${percentText(margin)}.`;
    return [said(says, [treatment, control], first)];
  }
  return [];
}
