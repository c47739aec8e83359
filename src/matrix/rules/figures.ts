import { pointerOf } from "../../schema/json.ts";
import type { Statistic } from "../../schema/measurement.ts";
import type { Study } from "../../schema/study.ts";
import type { RuleTable } from "../rule.ts";
import { meant } from "../yaml/nearest.ts";
import type { Aim } from "../yaml/places.ts";

export const figuresRules: RuleTable = {
  /** A rule or a guardrail by a figure that no trial has: it would leave out nothing, or guard nothing, in silence. */
  "unknown-metric": {
    severity: "error",
    check: ({ study, metrics }) =>
      metrics === undefined
        ? []
        : figuresNamed(study).flatMap(({ metric, pointer, aim, without }) =>
            metrics.has(metric)
              ? []
              : [
                  {
                    pointer,
                    aim,
                    message: `no trial has a metric \`${metric}\`, so that ${without}`,
                    hint: `${meantWithStat(metric, metrics) ?? meant(metric, metrics.keys())} docs/metrics.md lists them`.trim(),
                  },
                ],
          ),
  },
  /** A rule or a guardrail by a statistic that the metric does not have, `value` of a latency say: it would leave out nothing, or guard nothing, in silence. */
  "unknown-statistic": {
    severity: "error",
    check: ({ study, metrics }) =>
      figuresNamed(study).flatMap(({ metric, stat, statPointer, pointer, aim, unwritten, without }) => {
        const known = metrics?.get(metric);
        if (known === undefined || known.includes(stat)) return [];
        const isWritten = statPointer !== null;
        return [
          {
            pointer: statPointer ?? pointer,
            aim,
            message: `\`${metric}\` has no statistic \`${stat}\`${isWritten ? "" : `, which is meant ${unwritten.meant}`}, so that ${without}`,
            hint: `${isWritten ? "" : unwritten.hint}${meant(stat, known, true)}`,
          },
        ];
      }),
  },
};

/** `ttft_p99` is the statistic `p99` of `ttft`. */
function meantWithStat(metric: string, metrics: ReadonlyMap<string, readonly string[]>): string | null {
  const at = metric.lastIndexOf("_");
  const [name, stat] = [metric.slice(0, at), metric.slice(at + 1)];
  return metrics.get(name)?.includes(stat) === true ? `did you mean \`${name}.${stat}\`?` : null;
}

/** A figure of a trial that a study names, in a rule that leaves trials out or in a guardrail. */
interface NamedFigure {
  metric: string;
  stat: Statistic;
  /** Where the metric is written, and on which side of it. */
  pointer: string;
  aim: Aim;
  /** Where the statistic is written; null where it is not, and `value` is meant. */
  statPointer: string | null;
  /** What to say of one that is not written: when `value` is meant, and what to write. */
  unwritten: { meant: string; hint: string };
  /** What happens where no trial has the figure. */
  without: string;
}

function figuresNamed({ exclusions, guardrails, locations }: Study): NamedFigure[] {
  const ofExclusions = exclusions.map(({ metric, stat }, index): NamedFigure => {
    const rule = pointerOf("exclude_trials", index);
    return {
      metric,
      stat,
      pointer: `${rule}/metric`,
      aim: "value",
      statPointer: locations.has(`${rule}/stat`) ? `${rule}/stat` : null,
      unwritten: { meant: "where `stat` is not written", hint: "write `stat` beside it, " },
      without: "this rule would leave out none",
    };
  });
  const ofGuardrails = guardrails.map(({ metric, stat }): NamedFigure => {
    const written = pointerOf("guardrails", `${metric}.${stat}`);
    const isWritten = locations.has(written);
    return {
      metric,
      stat,
      pointer: isWritten ? written : pointerOf("guardrails", metric),
      aim: "key",
      statPointer: isWritten ? written : null,
      unwritten: { meant: "where none is written", hint: `write it behind a point, \`${metric}.STAT\`: ` },
      without: "this guardrail would guard nothing",
    };
  });
  return [...ofExclusions, ...ofGuardrails];
}
