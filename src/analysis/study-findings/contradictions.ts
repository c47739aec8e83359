import { changeText, countText } from "../../math/figures.ts";
import { isClientKnob, scopeOf } from "../../schema/knob-scopes.ts";
import {
  changeWithBounds,
  excludesNothing,
  isShown,
  whereTrials,
  type FindingContext,
  type Said,
  type StudyFindingRule,
} from "./finding-context.ts";

/** Tables of one study that cannot both be right: one program under two names, or more tokens a second with fewer requests. */
export const contradictions: StudyFindingRule = (context) => [...oneProgram(context), ...twoThroughputs(context)];

/**
 * Two arms whose engines resolved to one configuration, and that differ all the same: what is between them is noise, or something
 * that nobody recorded. With one launch each there is no interval, and a difference that would matter says it.
 */
function oneProgram({ study, effects, decisions, matters, poolOf, trialsOf }: FindingContext): Said[] {
  return study.contrasts.flatMap(({ treatment, control, changed }) => {
    const pooled = [treatment, control].flatMap((name) => poolOf(name).trials);
    const ids = new Set(pooled.map(({ resolvedId, resolvedConfiguration }) => resolvedConfiguration && resolvedId));
    const [id] = ids;
    if (ids.size !== 1 || id == null || !Object.keys(changed).every(isOfEngine)) return [];
    const figure = decisions.find(({ experiment }) => experiment === treatment)?.metric;
    const effect = effects.find(
      (one) => one.treatment === treatment && one.control === control && `${one.metric} ${one.stat}` === figure,
    );
    if (effect?.ratio == null) return [];
    const { ratio, interval, trials } = effect;
    const isApart = interval === null ? matters(ratio) : excludesNothing(interval);
    if (!isApart) return [];
    const by =
      interval === null
        ? `${changeText(ratio)} with one launch each`
        : `${changeWithBounds(ratio, interval)} on ${trials.treatment} against ${countText(trials.control, "launch", "launches")}`;
    return [
      {
        says: `${treatment} and ${control} resolved to the same configuration, and yet differ by ${by}: no smaller difference between two arms here means anything.`,
        trials: trialsOf([treatment, control]),
        query: [
          "SELECT experiment, resolved_id, count(*) AS trials, exp(avg(ln(output_throughput))) AS output_throughput",
          `FROM trials WHERE ${whereTrials(study, [treatment, control])}`,
          "GROUP BY ALL ORDER BY ALL",
        ].join("\n"),
      },
    ];
  });
}

/** Settings that the resolved configuration holds. */
function isOfEngine(knob: string): boolean {
  return !isClientKnob(knob) && scopeOf(knob) === null;
}

/** Output tokens a second that rise while requests a second fall, or the other way round: the answers changed their length. */
function twoThroughputs({ own, effects, trialsOf, valuesQuery }: FindingContext): Said[] {
  return own.flatMap((one) => {
    const { treatment, control, metric, words, ratio, interval } = one;
    const requests = effects.find(
      (other) => other.treatment === treatment && other.control === control && other.metric === "request_throughput",
    );
    if (!metric.startsWith("output_throughput") || !isShown(one)) return [];
    if (requests?.ratio == null || requests.interval === null || !isShown(requests)) return [];
    if (requests.ratio > 1 === ratio > 1) return [];
    return [
      {
        says: `${treatment}: ${words} ${changeWithBounds(ratio, interval)}, but requests/s ${changeWithBounds(requests.ratio, requests.interval)} against ${control}: its answers have another length.`,
        trials: trialsOf([treatment, control]),
        query: valuesQuery([treatment, control], "request_throughput", "value"),
      },
    ];
  });
}
