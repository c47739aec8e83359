import { changeText, listText, percentText } from "../../math/figures.ts";
import { figureWords } from "../../schema/figure-words.ts";
import type { HostComparison, HostStanding } from "../../schema/host-standing.ts";
import { isUsable, type Trial } from "../../schema/trial.ts";
import { hostOf, wholeBlock } from "../block-parts.ts";
import {
  changeWithBounds,
  excludesNothing,
  largestFirst,
  valuesQuery,
  type Said,
  type StudyFindingRule,
} from "./finding-context.ts";

/** A host whose baseline strays from that of the others; where most of them do, all that do at once. */
export const strayHosts: StudyFindingRule = ({ study, trials, hosts: comparisons }) => {
  const shown = (comparison: HostComparison, own: readonly HostStanding[], says: string): Said => ({
    says,
    trials: trials
      .filter((trial) => own.some((host) => isBaselineOn(trial, comparison, host, study.fidelity)))
      .map(({ spec }) => spec.trialId),
    query: valuesQuery(study, [comparison.baseline], comparison, "host"),
  });
  return comparisons.flatMap((comparison): Said[] => {
    const straying = largestFirst(comparison.hosts.filter(isStraying));
    if (comparison.isSplit)
      return straying.length === 0 ? [] : [shown(comparison, comparison.hosts, splitText(comparison))];
    return straying.map((host) => shown(comparison, [host], strayText(comparison, host)));
  });
};

/** Chance may have moved a host whose interval contains no change; one that a rule left out is named all the same. */
function isStraying({ strays, leftOut, ratioInterval }: HostStanding): boolean {
  return leftOut || (strays && (ratioInterval === null || excludesNothing(ratioInterval)));
}

function strayText({ baseline, metric, stat, hosts, called, rule }: HostComparison, host: HostStanding): string {
  const change =
    host.ratioInterval === null ? changeText(host.ratio) : changeWithBounds(host.ratio, host.ratioInterval);
  const blocks = `${host.blocks.length === 1 ? "block" : "blocks"} ${listText(host.blocks)}`;
  const then = host.leftOut
    ? `No comparison uses ${blocks}, by the rule that the matrix states (\`stray_host\`)`
    : `It ran ${blocks}, which are in every figure: effects are compared within blocks`;
  return `${host.name} strays from the other ${called}: ${baseline} has ${change} ${figureWords(`${metric} ${stat}`)} there beside the median of ${hosts.length}, at most ±${percentText(rule.above)}. ${then}.`;
}

function splitText({ baseline, metric, stat, hosts, called, rule }: HostComparison): string {
  const each = listText(hosts.map(({ name, ratio }) => `${name} ${changeText(ratio)}`));
  const then = rule.leaveOut ? ", and none is left out" : "";
  return `${hosts.length} ${called} differ in ${figureWords(`${metric} ${stat}`)} of ${baseline} by more than ±${percentText(rule.above)} from their median: ${each}. Which of them strays cannot be told${then}.`;
}

function isBaselineOn(trial: Trial, { baseline }: HostComparison, host: HostStanding, fidelity: string): boolean {
  const { labels, spec } = trial;
  return (
    labels.name === baseline &&
    spec.purpose === "performance" &&
    spec.fidelity === fidelity &&
    isUsable(trial) &&
    host.blocks.includes(wholeBlock(trial)) &&
    hostOf(trial) === host.host
  );
}
