import { statuses } from "../schema/trial.ts";
import { kindAnswer } from "./answers/index.ts";
import { chartRows } from "./charts/index.ts";
import { originOf } from "./origin.ts";
import { systemLines } from "../schema/launched-systems.ts";
import type { ReportInput } from "./report-input.ts";
import { accuracyRelation } from "./relations/accuracy.ts";
import { bestFacts, bestRelation } from "./relations/best.ts";
import { collateralRelation } from "./relations/collateral.ts";
import { conversationsRelation } from "./relations/conversations.ts";
import {
  decisionsRelation,
  driftFacts,
  effectsRelation,
  factorialRelation,
  guardrailsRelation,
} from "./relations/decisions.ts";
import { hostsRelation } from "./relations/hosts.ts";
import { neighboursRelation, neighbourTexts } from "./relations/neighbours.ts";
import { findingsRelation } from "./relations/findings.ts";
import { checklistRelation } from "./relations/checklist.ts";
import { loadLevelsRelation, zoneSentences } from "./relations/load-levels.ts";
import { blockersRelation, hurtsRelation, winsRelation } from "./relations/what-to-do.ts";
import { curveLatenciesRelation, curvePointsRelation, curvesFacts, curvesRelation } from "./relations/curves.ts";
import { peaksFacts, peaksRelation, peakTriesRelation } from "./relations/peaks.ts";
import { provenanceRelation } from "./relations/provenance.ts";
import { relationOfRows, withOrigin, type Relation } from "./relations/relation.ts";
import { resolvedRelation } from "./relations/resolved.ts";
import { resultsRelation } from "./relations/results.ts";
import { baselineRelation, diagnosticsRelation, experimentsRelation } from "./relations/study.ts";
import { validityRelation } from "./relations/validity.ts";
import { withinTrialsRelation } from "./relations/within-trials.ts";
import { worstAnswersRelation } from "./relations/worst-answers.ts";
import { reproductionOf } from "./reproduce.ts";
import { roundsOf } from "./rounds.ts";
import { countText, saidOf } from "../math/figures.ts";
import { sum } from "../math/statistics.ts";
import { probesOf } from "../schema/peak-found.ts";
import { entriesByName } from "../schema/text-order.ts";

/** What a report's template reads: the facts of its sentences, section by section, and the tables by name. A user's template may take any of it. */
export type ReportData = ReturnType<typeof reportData>;

/** The facts and relations of a study. */
export function reportData(input: ReportInput) {
  const { study, queries, peaks = [], curves = [], best = [] } = input;
  const experimentIds = new Set(study.experiments.map(({ id }) => id));
  // The probes of a search stand in its own section, also that at the rate which a trial sustains.
  const known = input.trials.filter(({ spec }) => experimentIds.has(spec.experimentId) && spec.purpose !== "probe");
  const trials = known.filter(({ spec }) => spec.fidelity === study.fidelity);
  const ours = { ...input, trials };
  const results = resultsRelation(ours);
  const decisions = decisionsRelation(ours);
  const withinTrials = withinTrialsRelation(ours);
  const conversations = conversationsRelation(ours);
  const accuracy = accuracyRelation(input.accuracy ?? []);
  const resolved = resolvedRelation(trials);
  const collateral = collateralRelation(input.collateral);
  const provenance = provenanceRelation(ours);
  const validity = validityRelation(ours);
  const hosts = hostsRelation(ours);
  const findings = findingsRelation(input.findings ?? []);
  const tables = [
    results.relation,
    decisions.relation,
    guardrailsRelation(ours),
    factorialRelation(input.factorial ?? [], study),
    bestRelation(best),
    effectsRelation(ours),
    withinTrials.relation,
    conversations.relation,
    curvesRelation(curves),
    curvePointsRelation(curves),
    curveLatenciesRelation(curves),
    loadLevelsRelation(ours),
    winsRelation(ours),
    hurtsRelation(ours),
    blockersRelation(ours),
    checklistRelation(ours),
    peaksRelation(peaks),
    peakTriesRelation(peaks),
    accuracy.relation,
    worstAnswersRelation(input.accuracy ?? []),
    validity.relation,
    hosts.relation,
    neighboursRelation(ours),
    baselineRelation(study),
    resolved.relation,
    collateral.relation,
    diagnosticsRelation(study),
    provenance.relation,
    experimentsRelation(ours),
    findings.relation,
  ];
  const { experiments: _experiments, contrasts: _contrasts, diagnostics: _diagnostics, ...ofStudy } = study;
  return {
    tables: Object.fromEntries(tables.map((one) => [one.name, one])),
    /** What our charts draw, by their names; those without rows have nothing to show. */
    charts: chartRows(ours),
    /** Answers of the queries beside the template, each a section. */
    queries: entriesByName(queries).map(([name, { columns, rows }]) => ({
      title: titleOf(name),
      relation: relationOfRows(name, columns, rows),
    })),
    facts: {
      study: ofStudy,
      systems: systemLines(study.systems ?? []),
      origin: originOf(ours),
      answer: kindAnswer(ours),
      findings: findings.facts,
      trials: trialCounts(ours),
      leftOut: leftOut(input, known.length, trials.length),
      results: results.facts,
      best: bestFacts(best),
      decisions: decisions.facts,
      drift: driftFacts(ours),
      duels: input.effects.flatMap(({ paired, treatment, control, metric, stat, method }) =>
        paired ? [{ treatment, control, metric, stat, method }] : [],
      ),
      rounds: roundsOf(ours),
      withinTrials: withinTrials.facts,
      conversations: conversations.facts,
      peaks: peaksFacts(peaks),
      curves: curvesFacts(study, curves),
      zones: zoneSentences(curves, study.rules?.smallestEffectOfInterest ?? null),
      accuracy: accuracy.facts,
      validity: validity.facts,
      hosts: hosts.facts,
      neighbours: neighbourTexts(ours),
      resolved: resolved.facts,
      collateral: collateral.facts,
      provenance: provenance.facts,
      reproduce: reproductionOf(ours),
    },
  };
}

/** Every table of a report: ours, what the charts draw, and the answers of the queries beside the template; of one name the first. */
export function everyTable({ tables, charts, queries }: ReportData): Relation[] {
  const named = [
    ...Object.values(tables),
    ...Object.values(charts).flatMap(({ relation }) => (relation.rows.length === 0 ? [] : relation)),
    ...queries.map(({ relation }) => relation),
  ];
  return [...new Map(named.toReversed().map((one) => [one.name, one])).values()].toReversed();
}

/** Every table as data. Each row says where its numbers come from, since a file goes its own way. */
export function dataTables(data: ReportData): { [name: string]: Relation } {
  const origin = data.facts.origin.tags.join(", ") || "measured";
  return Object.fromEntries(everyTable(data).map((one) => [one.name, withOrigin(one, origin)]));
}

/** How many trials there are, and how they ended: `12 VALID`. */
function trialCounts({ trials, study, summaries }: ReportInput) {
  const ended = Map.groupBy(trials, ({ verdict }) => verdict.status);
  return {
    total: trials.length,
    parts: statuses.flatMap((status) => (ended.has(status) ? `${ended.get(status)?.length} ${status}` : [])),
    experiments: study.experiments.length,
    /** How the rows were designed; null where there is one configuration and no change. */
    design: study.design === "isolation" && study.contrasts.length === 0 ? null : study.design,
    skipped: study.experiments.filter(({ skip }) => skip !== null).length,
    notRun: summaries.filter(({ status }) => status === null).map(({ experiment }) => experiment),
  };
}

/** Trials of the folder that this report is not about, in sentences. */
function leftOut({ trials, study, peaks, unreadable = [] }: ReportInput, known: number, shown: number): string[] {
  const ofNoSearch =
    peaks === undefined ? 0 : probesOf(study, trials).length - sum(peaks.map(({ tries }) => tries.length));
  const unknown = trials.filter(({ spec }) => spec.purpose !== "probe").length - known;
  return saidOf(
    known > shown && `${countText(known - shown, "trial")} of another fidelity than ${study.fidelity}`,
    ...unreadable.map(
      (path) =>
        `${path}, which cannot be read or is not as it was written (\`ceteris status\` says why, and what mends it)`,
    ),
    unknown > 0 && `${countText(unknown, "trial")} of experiments that the matrix no longer has`,
    ofNoSearch > 0 && `${countText(ofNoSearch, "probe")} of searches that the matrix no longer has`,
  );
}

/** `slow-starts` to `Slow starts`. */
export function titleOf(name: string): string {
  const words = name.replaceAll(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
