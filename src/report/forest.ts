import { percentText } from "../math/figures.ts";
import type { Decision, Effect, HoldKind, Outcome, RatioBounds } from "../schema/effect.ts";
import type { Status } from "../schema/trial.ts";
import type { ReportInput, ReportSummary } from "./report-input.ts";
import { judgedEffects } from "./relations/decisions.ts";
import {
  effectOn,
  figureOf,
  fromToText,
  knobsText,
  marginOf,
  metricWords,
  sizeOf,
  tokensFigure,
} from "./relations/wording.ts";

/** A figure beside another: a ratio and its interval. */
export interface Contrasted {
  /** Infinite where only the control measured zero. */
  ratio: number;
  /** Both figures, `0 → 6.5 req/s`, where a side measured zero; absent where the ratio is said. */
  fromTo?: string;
  /** Null where nothing was repeated. */
  interval: RatioBounds | null;
}

/** One row of the forest table: a change, with what decided and what it did. */
export interface ForestRow {
  name: string;
  changed: string;
  /** The knobs that it changes: what rows are grouped by where there are many. Empty of a baseline. */
  group: string;
  /** The decision; of a row without one the verdict on its trials. */
  outcome: Outcome | Status | "NOT RUN";
  /** In a word or two why: `slower`, `not settled`. */
  word: string;
  /** The contrast that decided; null where there is none. */
  own: Contrasted | null;
  isConfounded: boolean;
  /** Of a stack: what it has gained so far, against the baseline. */
  soFar: Contrasted | null;
  tokensPerS: number | null;
  p: number | null;
  guardrails: { kept: number; open: number; broken: string[] };
  accuracy: string;
  trials: string;
  /** Of a row without a result: what happened, and what to do next. */
  why: string | null;
}

/** The changes of a study, in its order, with the figure that decided. */
export interface Forest {
  rows: ForestRow[];
  /** `output throughput`; null where changes were decided by several figures. */
  metric: string | null;
  /** Of which output tok/s the rows have. */
  tokensTitle: string;
  /** True where less is better. */
  lowerIsBetter: boolean;
  /** The smallest effect of interest, as a share. */
  margin: number;
  correction: string | null;
}

/** What the forest table shows. */
export function forestOf(input: Pick<ReportInput, "study" | "effects" | "decisions" | "summaries" | "trials">): Forest {
  const { study, effects, decisions, summaries, trials } = input;
  const byName = new Map(decisions.map((decision) => [decision.experiment, decision]));
  const judged = new Map(judgedEffects(input).map((one) => [one.experiment, one]));
  const lastTrials = new Map(trials.map((trial) => [trial.labels.name, trial]));
  const metrics = new Map<string, Effect["better"]>();
  const tokens = tokensFigure(summaries);
  const rows = summaries.map((summary): ForestRow => {
    const decision = byName.get(summary.experiment);
    const { control = null, own = null } = judged.get(summary.experiment) ?? {};
    if (decision?.metric != null && own !== null) metrics.set(decision.metric, own.better);
    const sum = effectOn(summary.toBaseline, decision?.metric ?? null);
    const isJudged = sizeOf(own) !== null;
    const why =
      isJudged || (summary.baseline && !isLost(summary))
        ? null
        : reasonOf(summary, study, lastTrials.get(summary.experiment), decision);
    return {
      name: summary.experiment,
      changed: summary.baseline ? "" : knobsText(summary.changed),
      group: summary.baseline ? "" : Object.keys(summary.changed).toSorted().join(", "),
      outcome: outcomeOf(summary, decision, isJudged),
      word: decision === undefined ? "" : wordOf(decision, own),
      own: contrasted(own),
      isConfounded: decision?.missing.some(({ kind }) => kind === "confounded") ?? false,
      soFar: sum !== null && control !== null && sum.control !== control ? contrasted(sum) : null,
      tokensPerS: summary.figuresAreUsable ? figureOf(summary, tokens.metric, "value") : null,
      p: own?.pAdjusted ?? null,
      guardrails: guardrailsOf(decision),
      accuracy: accuracyOf(summary, decision),
      trials: summary.of === 0 ? "not run" : `${summary.usable} of ${summary.of}`,
      why,
    };
  });
  const [deciding, better] = metrics.size === 1 ? [...metrics][0]! : [null];
  return {
    rows,
    metric: deciding === null ? null : metricWords(deciding),
    lowerIsBetter: better === "lower",
    tokensTitle: tokens.title,
    margin: marginOf(study),
    correction: effects.find(({ correction }) => correction !== null)?.correction ?? null,
  };
}

function outcomeOf(summary: ReportSummary, decision: Decision | undefined, isJudged: boolean): ForestRow["outcome"] {
  if (summary.baseline) return isLost(summary) ? (summary.status ?? "BASELINE") : "BASELINE";
  if (decision?.outcome === "SKIPPED") return "SKIPPED";
  if (isJudged && decision !== undefined) return decision.outcome;
  if (summary.status === null) return "NOT RUN";
  return decision?.outcome === "REJECT" || summary.usable > 0 ? (decision?.outcome ?? summary.status) : summary.status;
}

/** True of a row that ran, and of which nothing is usable. */
function isLost({ usable, of }: ReportSummary): boolean {
  return of > 0 && usable === 0;
}

function contrasted(effect: Effect | null): Contrasted | null {
  const ratio = sizeOf(effect);
  if (effect === null || ratio === null) return null;
  const fromTo = fromToText(effect);
  return { ratio, interval: effect.interval, ...(fromTo === null ? {} : { fromTo }) };
}

function wordOf({ outcome, guardrails, missing, failedGate }: Decision, own: Effect | null): string {
  const worse = guardrails.filter(({ status }) => status === "broken").map(({ title }) => title);
  switch (outcome) {
    case "SHIP":
      return "better";
    case "REJECT":
      return failedGate !== undefined ? "accuracy" : sizeOf(own) === null ? "does not run" : "worse";
    case "TRADE-OFF":
      return `${worse[0] ?? "a guardrail"} worse`;
    case "CONDITIONAL":
      return "by workload";
    case "NO EFFECT":
      return own?.equivalence == null ? "" : `within ±${percentText(own.equivalence.margin)}`;
    case "HOLD":
      return holdWords[missing[0]?.kind ?? "unusable"];
    default:
      return "";
  }
}

/** What a HOLD waits for, in a word or two. */
const holdWords: Record<HoldKind, string> = {
  "not run": "unmeasured",
  skipped: "control SKIPPED",
  unusable: "unmeasured",
  "one launch": "one launch",
  untested: "not tested",
  confounded: "confounded",
  "not settled": "not settled",
  "near limits": "not settled",
  accuracy: "accuracy missing",
  "lost trials": "lost trials decide",
  "failed trials": "trials FAILED",
  command: "not settled",
};

function guardrailsOf(decision: Decision | undefined): ForestRow["guardrails"] {
  const all = decision?.guardrails ?? [];
  const count = (status: string): number => all.filter((one) => one.status === status).length;
  return {
    kept: count("kept"),
    open: count("open"),
    broken: all.filter(({ status }) => status === "broken").map(({ title }) => title),
  };
}

function accuracyOf(summary: ReportSummary, decision: Decision | undefined): string {
  const rouge = figureOf(summary, "rouge1", "mean");
  if (rouge !== null) return rouge.toFixed(2);
  if (summary.baseline || decision === undefined) return "";
  return decision.accuracyTrials.length > 0 ? "measured" : "–";
}

/** The first reason that a row has no result; the fold below has them all. */
function reasonOf(
  summary: ReportSummary,
  study: ReportInput["study"],
  trial: ReportInput["trials"][number] | undefined,
  decision: Decision | undefined,
): string | null {
  const skip = study.experiments.find(({ labels }) => labels.name === summary.experiment)?.skip ?? null;
  if (skip !== null) return skip;
  const verdict = trial?.verdict;
  if (verdict?.failure) return `${verdict.failure.message.replace(/\.$/, "")}. ${verdict.failure.hint}`;
  const failed = verdict?.checks.find(({ status }) => status === "fail");
  if (failed !== undefined && summary.usable === 0) return `${failed.message}. ${failed.remedy}`;
  return decision?.missing[0]?.text ?? verdict?.reason ?? null;
}
