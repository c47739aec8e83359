import { lastAttempts } from "../../schema/trial-spec.ts";
import type { Trial, Check } from "../../schema/trial.ts";
import { countText, figureText } from "../../math/figures.ts";
import { superscript } from "../numbers.ts";
import type { ReportInput, ReportSummary } from "../report-input.ts";

/** Why rows are not whole, with the mark that stands behind their verdicts. */
export interface Footnote {
  mark: string;
  /** The experiments that it concerns. */
  experiment: string;
  text: string;
}

/** Footnotes of the trials that stand, and of attempts that a later one replaced, which have no mark. */
export interface Footnotes {
  footnotes: Footnote[];
  superseded: Footnote[];
  marksOf: (experiment: string) => string[];
}

/** A reason, the trials that it kept out of the figures, and what makes it one with that of others. */
interface Reason {
  key: string;
  text: (trials: readonly Trial[]) => string;
  trials: Trial[];
  /** Trials of which nothing is known but that they are left out. */
  unknown: number;
  /** True of attempts that a later one replaced. */
  isSuperseded: boolean;
}

type Found = Reason & { experiments: string[] };

/** The footnotes of the table of results, in its order: each reason once, with the rows and the number of trials that it concerns. */
export function footnotesOf(input: ReportInput): Footnotes {
  const trials = new Map(input.trials.map((trial) => [trial.spec.trialId, trial]));
  const standing = new Set(lastAttempts(input.trials, ({ spec }) => spec));
  const found = new Map<string, Found>();
  for (const row of input.summaries) {
    for (const reason of reasonsOf(row, input, trials, standing)) {
      const known = found.getOrInsert(reason.key, { ...reason, trials: [], unknown: 0, experiments: [] });
      if (!known.experiments.includes(row.experiment)) known.experiments.push(row.experiment);
      known.trials.push(...reason.trials);
      known.unknown += reason.unknown;
    }
  }
  const [standingOnes, replaced] = [false, true].map((wanted) =>
    [...found.values()].filter(({ isSuperseded }) => isSuperseded === wanted),
  ) as [Found[], Found[]];
  const all = standingOnes.map((reason, index) => ({ ...reason, mark: superscript(index + 1) }));
  const marks = Map.groupBy(
    all.flatMap(({ mark, experiments }) => experiments.map((experiment) => ({ experiment, mark }))),
    ({ experiment }) => experiment,
  );
  return {
    footnotes: all.map((one) => footnoteOf(one, one.mark)),
    superseded: replaced.map((one) => footnoteOf(one, "")),
    marksOf: (experiment) => (marks.get(experiment) ?? []).map(({ mark }) => mark),
  };
}

function footnoteOf({ experiments, ...reason }: Found, mark: string): Footnote {
  return { mark, experiment: experiments.join(", "), text: textOf(reason) };
}

function textOf({ text, trials, unknown }: Reason): string {
  const said = text(trials);
  const of = trials.length + unknown;
  if (of < 2) return said;
  const launches = new Set(trials.map(({ launchId }) => launchId));
  const ofLaunches =
    unknown > 0 || launches.has(null) || launches.size === trials.length
      ? ""
      : ` of ${countText(launches.size, "launch", "launches")}`;
  return `${said} (${of} trials${ofLaunches})`;
}

function reasonsOf(
  row: ReportSummary,
  { study }: ReportInput,
  trials: ReadonlyMap<string, Trial>,
  standing: ReadonlySet<Trial>,
): Reason[] {
  const skip = study.experiments.find(({ labels }) => labels.name === row.experiment)?.skip ?? null;
  if (skip !== null)
    return [{ key: `SKIPPED ${skip}`, text: () => `SKIPPED: ${skip}`, trials: [], unknown: 0, isSuperseded: false }];
  return row.excluded.map(({ trialId, why }): Reason => {
    const trial = trials.get(trialId);
    if (trial === undefined) return { key: why, text: () => why, trials: [], unknown: 1, isSuperseded: false };
    const { key, text } = reasonOf(trial, why);
    const isSuperseded = !standing.has(trial);
    return { key: isSuperseded ? `superseded ${key}` : key, text, trials: [trial], unknown: 0, isSuperseded };
  });
}

/** How a trial says that its configuration was refused in a launch before: one fact with that launch's. */
const asBefore = /^as in launch \S+: /;

function reasonOf(trial: Trial, why: string): Pick<Reason, "key" | "text"> {
  const { status, failure, checks } = trial.verdict;
  if (status === "FAILED" && failure !== null) {
    const place =
      failure.file === null ? "" : ` (${failure.file}${failure.line === null ? "" : ` line ${failure.line}`})`;
    const message = failure.message.replace(asBefore, "");
    const text = `FAILED, ${failure.class}: ${sentence(`${message}${place}`)} ${failure.hint}`;
    return { key: `FAILED ${failure.class} ${message} ${failure.hint}`, text: () => text };
  }
  const failed = checks.filter((check) => check.status === "fail").map(({ id }) => id);
  // The figures of a check are others in each trial, and its reason is the same.
  if (status === "INVALID" && failed.length > 0)
    return {
      key: `INVALID ${failed.join(" ")}`,
      text: (all) => `INVALID, ${failed.map((id) => checkText(id, all)).join(" ")}`,
    };
  return { key: why, text: () => why };
}

/** A check that trials failed: of several whose messages differ that of the first, with the range of their figures. */
function checkText(id: string, trials: readonly Trial[]): string {
  const all = trials.flatMap(({ verdict }) =>
    verdict.checks.filter((check) => check.id === id && check.status === "fail"),
  );
  const [first] = all;
  if (first === undefined) return id;
  const messages = new Set(all.map(({ message }) => message));
  const range = messages.size > 1 ? rangeText(all) : "";
  const said = messages.size > 1 ? `for instance, ${first.message}${range}` : first.message;
  return `${id}: ${sentence(said)} ${first.remedy}`;
}

/** ` (212 to 260 s in all trials)`: what one message cannot say of several trials; nothing where they have the same figure, or none. */
function rangeText(checks: readonly Check[]): string {
  const values = checks.flatMap(({ value }) => (typeof value === "number" ? [value] : []));
  const [least, most] = [figureText(Math.min(...values)), figureText(Math.max(...values))];
  const units = new Set(checks.map(({ unit }) => unit));
  const [unit = ""] = units;
  if (values.length < 2 || least === most || units.size > 1) return "";
  return ` (${least} to ${most}${unit === "1" ? "" : ` ${unit}`} in all trials)`;
}

/** With its full stop. */
function sentence(said: string): string {
  return /[.!?]$/.test(said) ? said : `${said}.`;
}
