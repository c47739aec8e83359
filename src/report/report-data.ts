import type { Json } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import { statuses } from "../schema/verdict.ts";
import { accuracySection } from "./report-accuracy.ts";
import { collateralSection } from "./report-collateral.ts";
import { conversationsSection } from "./report-conversations.ts";
import type { ReportInput } from "./report-input.ts";
import { peaksSection } from "./report-peaks.ts";
import { provenanceSection } from "./report-provenance.ts";
import { reproduceSection } from "./report-reproduce.ts";
import { resolvedSection } from "./report-resolved.ts";
import { resultsSection } from "./report-results.ts";
import { roundsOf } from "./report-rounds.ts";
import { withinTrialsSection } from "./report-within-trials.ts";

/** What the template `reports/templates/study.md.hbs` reads, section by section. Plain data: a user's template may take any of it. */
export function reportData(input: ReportInput): object {
  const { study, queries } = input;
  const experimentIds = new Set(study.experiments.map(({ id }) => id));
  // The probes of a search stand in its own section, also that at the rate which a trial sustains.
  const known = input.trials.filter(({ spec }) => experimentIds.has(spec.experimentId) && spec.purpose !== "probe");
  const trials = known.filter(({ spec }) => spec.fidelity === study.fidelity);
  const ours = { ...input, trials };
  return {
    study,
    origin: originOf(ours),
    trials: trialCounts(ours),
    leftOut: leftOut(input, known.length, trials.length),
    baselineKnobs: settings(study.baseline.knobs),
    results: resultsSection(ours),
    rounds: roundsOf(ours),
    withinTrials: withinTrialsSection(ours),
    conversations: conversationsSection(ours),
    peaks: peaksSection(input.peaks ?? []),
    accuracy: accuracySection(input.accuracy ?? []),
    provenance: provenanceSection(trials),
    resolved: resolvedSection(trials),
    collateral: collateralSection(input.collateral),
    diagnostics: study.diagnostics.filter(({ severity }) => severity !== "error"),
    queries: Object.entries(queries)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, { columns, rows }]) => ({
        name,
        title: titleOf(name),
        columns,
        rows: rows as Json[][],
      })),
    reproduce: reproduceSection(ours),
  };
}

/** `tag` stands behind the title of every table; both are empty where all was measured on the engine that the matrix names. */
function originOf({ study, trials }: ReportInput): {
  simulated: boolean;
  tag: string;
  parts: string | null;
} {
  const simulated = trials.filter(({ origin }) => origin === "simulated").length;
  const imported = trials.filter(({ origin }) => origin === "imported").length;
  const isSimulated = study.origin === "simulated" || simulated > 0;
  const tags = [
    ...(isSimulated ? ["SIMULATED"] : []),
    ...(imported > 0 ? ["IMPORTED"] : []),
    ...(study.standIn === null ? [] : ["STAND-IN"]),
  ];
  return {
    simulated: isSimulated,
    tag: tags.length === 0 ? "" : ` (${tags.join(", ")})`,
    parts: simulated > 0 && simulated < trials.length ? `${simulated} of ${trials.length} trials` : null,
  };
}

function trialCounts({ trials, study, summaries }: ReportInput): object {
  const parts = statuses
    .map((status) => ({
      status,
      count: trials.filter(({ verdict }) => verdict.status === status).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`);
  return {
    total: trials.length,
    parts,
    experiments: study.experiments.length,
    skipped: study.experiments.filter(({ skip }) => skip !== null).length,
    notRun: summaries.filter(({ status }) => status === null).map(({ experiment }) => experiment),
  };
}

/** Trials of the folder that this report is not about, in sentences. */
function leftOut({ trials, study, unreadable = [] }: ReportInput, known: number, shown: number): string[] {
  const unknown = trials.filter(({ spec }) => spec.purpose !== "probe").length - known;
  return [
    ...(known > shown ? [`${known - shown} trials of another fidelity than ${study.fidelity}`] : []),
    ...unreadable.map((path) => `${path}, which cannot be read (\`ceteris status\` says why, and what mends it)`),
    ...(unknown > 0 ? [`${unknown} trials of experiments that the matrix no longer has`] : []),
  ];
}

/** `max_num_seqs` and `16`, in the matrix's order. */
export function settings(knobs: Assignment): { knob: string; value: string }[] {
  return Object.entries(knobs).map(([knob, value]) => ({ knob, value: textOf(value) }));
}

export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `checks-that-failed` to `Checks that failed`. */
function titleOf(name: string): string {
  const words = name.replaceAll(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
