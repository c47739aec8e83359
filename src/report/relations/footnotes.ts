import type { Trial } from "../../schema/trial.ts";
import type { Check } from "../../schema/verdict.ts";
import { countText } from "../../math/figures.ts";
import { plain, superscript } from "../numbers.ts";
import type { ReportInput, ReportSummary } from "../report-input.ts";

/** Why rows are not whole, with the mark that stands behind their verdicts. */
export interface Footnote {
  mark: string;
  /** The experiments that it concerns. */
  experiment: string;
  text: string;
}

/** A reason, the trials that it kept out of the figures of one experiment, and what makes it one with that of others. */
interface Reason {
  key: string;
  text: string;
  trials: (Trial | undefined)[];
  /** True where it is worth saying how many trials it concerns. */
  isOfTrials: boolean;
}

/**
 * The footnotes of the table of results, in its order. The same reason of several trials is given once, and a configuration
 * whose engine did not come up has one for all its points.
 */
export function footnotesOf(input: ReportInput): {
  footnotes: Footnote[];
  marksOf: (experiment: string) => string[];
} {
  const trials = new Map(input.trials.map((trial) => [trial.spec.trialId, trial]));
  const found = new Map<string, Reason & { experiments: string[] }>();
  for (const row of input.summaries) {
    for (const reason of reasonsOf(row, input, trials)) {
      const known = found.get(reason.key);
      if (known === undefined) found.set(reason.key, { ...reason, experiments: [row.experiment] });
      else {
        known.experiments.push(row.experiment);
        known.trials.push(...reason.trials);
      }
    }
  }
  const all = [...found.values()].map((reason, index) => ({ ...reason, mark: superscript(index + 1) }));
  const marks = Map.groupBy(
    all.flatMap(({ mark, experiments }) => experiments.map((experiment) => ({ experiment, mark }))),
    ({ experiment }) => experiment,
  );
  return {
    footnotes: all.map(({ mark, experiments, ...reason }) => ({
      mark,
      experiment: experiments.join(", "),
      text: textOf(reason),
    })),
    marksOf: (experiment) => (marks.get(experiment) ?? []).map(({ mark }) => mark),
  };
}

function textOf({ text, trials, isOfTrials }: Reason): string {
  if (!isOfTrials || trials.length === 1) return text;
  const launches = new Set(trials.map((trial) => trial?.launchId ?? null));
  const ofLaunches =
    launches.has(null) || launches.size === trials.length
      ? ""
      : ` of ${countText(launches.size, "launch", "launches")}`;
  return `${text} (${trials.length} trials${ofLaunches})`;
}

function reasonsOf(row: ReportSummary, { study }: ReportInput, trials: ReadonlyMap<string, Trial>): Reason[] {
  const { experiment } = row;
  const skip = study.experiments.find(({ labels }) => labels.name === experiment)?.skip ?? null;
  if (skip !== null) return [{ key: experiment, text: `SKIPPED: ${skip}`, trials: [], isOfTrials: false }];
  const reasons = new Map<string, Reason>();
  for (const { trialId, why } of row.excluded) {
    const trial = trials.get(trialId);
    const text = reasonOf(trial, why);
    // What kept the engine from coming up is the configuration's, whatever load was to follow.
    const owner = trial?.verdict.status === "FAILED" ? trial.configurationId : experiment;
    const key = `${owner} ${text}`;
    const known = reasons.get(key);
    if (known === undefined) reasons.set(key, { key, text, trials: [trial], isOfTrials: true });
    else known.trials.push(trial);
  }
  return [...reasons.values()];
}

/** How a trial says that its configuration was refused in a launch before: one fact with that launch's. */
const asBefore = /^as in launch \S+: /;

function reasonOf(trial: Trial | undefined, why: string): string {
  if (trial === undefined) return why;
  const { status, failure, checks } = trial.verdict;
  if (status === "FAILED" && failure !== null) {
    const place =
      failure.file === null ? "" : ` (${failure.file}${failure.line === null ? "" : ` line ${failure.line}`})`;
    const message = failure.message.replace(asBefore, "");
    return `FAILED, ${failure.class}: ${sentence(`${message}${place}`)} ${failure.hint}`;
  }
  const failed = checks.filter((check) => check.status === "fail");
  if (status === "INVALID" && failed.length > 0) return `INVALID, ${failed.map(checkText).join(" ")}`;
  return why;
}

function checkText({ id, message, value, limit, unit, remedy }: Check): string {
  const figures =
    value === null || limit === null
      ? ""
      : ` (${checkFigure(value)} against a limit of ${checkFigure(limit)} ${unit}`.trimEnd();
  return `${id}: ${sentence(`${message}${figures === "" ? "" : `${figures})`}`)} ${remedy}`;
}

function checkFigure(value: number | string): string {
  return typeof value === "number" ? plain(value) : value;
}

/** With its full stop. */
function sentence(said: string): string {
  return /[.!?]$/.test(said) ? said : `${said}.`;
}
