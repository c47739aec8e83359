import type { Analysis } from "../schema/analysis.ts";
import type { Effect } from "../schema/effect.ts";
import type { ScoredAnswer } from "../schema/finding.ts";
import type { MetricDefinition } from "../schema/measurement.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import { judgeAnswers } from "./answers.ts";
import { bestOfCells } from "./best.ts";
import { withBetter } from "./better.ts";
import { collateral } from "./collateral.ts";
import { compareRules } from "./compare-rules.ts";
import { curvesFound } from "./curve.ts";
import { decisions, primaryEffects } from "./decisions.ts";
import { effects } from "./effects.ts";
import { factorial } from "./factorial.ts";
import { neighboursCompared } from "./neighbours.ts";
import { peaksFound } from "./peaks.ts";
import { hostsCompared } from "./pools.ts";
import { studyFindings } from "./study-findings/index.ts";
import type { ComparedStudy } from "./study.ts";
import { summaries } from "./summaries.ts";

/** All that an analysis rests on. */
export interface AnalysisInput {
  study: StudyRecord & Pick<ComparedStudy, "url">;
  trials: Trial[];
  /** Answers by the trial's id, of the accuracy trials that `trialsWithAnswers` names, as far as they can be read. */
  answers: ReadonlyMap<string, readonly ScoredAnswer[]>;
  /** Every metric as it is declared. */
  metrics: readonly MetricDefinition[];
}

/** What the trials of a study say. Pure: the same input gives the same analysis. */
export function analyse({ study, trials, answers, metrics }: AnalysisInput): Analysis {
  const judgedBy = { ...study, rules: compareRules(study, trials, metrics) };
  // What decides is corrected over all changes of the study, whatever figure decides about each.
  const primary = primaryEffects(judgedBy, trials);
  const others = effects(judgedBy, trials).filter((one) => !primary.some((other) => isSameEffect(one, other)));
  const found = [...primary, ...others];
  const moved = collateral(judgedBy, trials);
  const accuracy = judgeAnswers(judgedBy, trials, answers);
  const peaks = peaksFound(study, trials);
  const analysis = {
    trials,
    summaries: summaries(judgedBy, trials, found),
    effects: withBetter(found, metrics),
    decisions: decisions({ ...judgedBy, pairedAccuracy: accuracy, peaks }, trials, { primary, moved }),
    collateral: moved,
    factorial: factorial(judgedBy, trials),
    best: bestOfCells(judgedBy, trials),
    accuracy,
    peaks,
    hosts: hostsCompared(judgedBy, trials),
    neighbours: neighboursCompared(judgedBy, trials),
    curves: curvesFound(judgedBy, trials),
  };
  return { study, ...analysis, findings: studyFindings({ study: judgedBy, ...analysis, metrics }) };
}

function isSameEffect(left: Effect, right: Effect): boolean {
  return (["treatment", "control", "metric", "stat"] as const).every((member) => left[member] === right[member]);
}
