import type { Decision } from "../../schema/effect.ts";
import { asMap, asText } from "../../schema/json.ts";
import type { Trial } from "../../schema/trial.ts";
import { usedGpus } from "../../schema/used-devices.ts";
import { kindAnswer } from "../answers/index.ts";
import { originOf, originTags } from "../origin.ts";
import { trialFigure } from "../relations/counted-trials.ts";
import { figureOf } from "../relations/wording.ts";
import type { ReportInput } from "../report-input.ts";
import { siteFigures } from "./figures.ts";

/** What a trial's folder says of itself: the sha256 of its manifest, null where it has none, and how the files differ from it. */
export interface TrialProof {
  manifest: string | null;
  differences: string[];
}

/** What the site shows of one trial. */
export interface SiteTrial {
  trialId: string;
  experimentId: string;
  purpose: string;
  fidelity: string;
  block: number;
  status: string;
  reason: string;
  origins: string[];
  startedAt: string;
  /** In the order of `siteFigures`. */
  figures: (number | null)[];
  /** Relative to the results folder. */
  folder: string;
  proof: TrialProof;
}

/** One configuration under one workload: a row of the leaderboard. */
export interface SiteRow {
  experiment: string;
  experimentId: string;
  workload: string;
  model: string;
  /** With its version. */
  engine: string;
  /** Names of the GPUs that its trials ran on; empty where none is known. */
  gpus: string[];
  /** In the order of `siteFigures`. */
  figures: (number | null)[];
  usable: number;
  of: number;
  /** Null where nothing was run yet. */
  status: string | null;
  outcome: Decision["outcome"] | null;
  origins: string[];
  /** Trials whose files are not as they were written. */
  edited: number;
}

/** What the site shows of a study beside its report. */
export interface SiteStudy {
  name: string;
  question: string;
  answer: string;
  design: string;
  fidelity: string;
  /** Of its last trial, `2026-01-31`; empty where it has none. */
  date: string;
  origins: string[];
  trials: number;
  edited: number;
  rows: SiteRow[];
}

const noProof: TrialProof = { manifest: null, differences: [] };

/** A study's rows and trials for the site. `proofs` by the trial's id. */
export function siteStudy(
  input: Omit<ReportInput, "queries">,
  proofs: ReadonlyMap<string, TrialProof>,
): { study: SiteStudy; trials: SiteTrial[] } {
  const { study, summaries, decisions } = input;
  const trials = input.trials.map((trial) => siteTrial(trial, proofs.get(trial.spec.trialId) ?? noProof));
  const own = Map.groupBy(input.trials, ({ spec }) => spec.experimentId);
  const shown = Map.groupBy(trials, ({ experimentId }) => experimentId);
  const ids = new Map(study.experiments.map(({ id, labels }) => [labels.name, { id, labels }]));
  const rows = summaries.map((summary): SiteRow => {
    const experiment = ids.get(summary.experiment);
    const measured = own.get(experiment?.id ?? "") ?? [];
    return {
      experiment: summary.experiment,
      experimentId: experiment?.id ?? "",
      workload: experiment?.labels.workload ?? "",
      model: eachOnce(measured.map(modelOf)).join(", ") || study.model,
      engine: eachOnce(measured.map(engineOf)).join(", ") || study.engineTitle,
      gpus: eachOnce(measured.flatMap(gpusOf)),
      figures: siteFigures.map(({ metric, stat }) =>
        summary.figuresAreUsable ? figureOf(summary, metric, stat) : null,
      ),
      usable: summary.usable,
      of: summary.of,
      status: summary.status,
      outcome: decisions.find(({ experiment: name }) => name === summary.experiment)?.outcome ?? null,
      origins: originTags({ study, trials: measured }),
      edited: (shown.get(experiment?.id ?? "") ?? []).filter(({ proof }) => proof.differences.length > 0).length,
    };
  });
  const dates = input.trials.map(({ startedAt }) => startedAt.slice(0, 10)).toSorted();
  return {
    study: {
      name: study.name,
      question: study.question,
      answer: kindAnswer(input).main,
      design: study.design,
      fidelity: study.fidelity,
      date: dates.at(-1) ?? "",
      origins: originOf(input).tags,
      trials: trials.length,
      edited: trials.filter(({ proof }) => proof.differences.length > 0).length,
      rows,
    },
    trials,
  };
}

function siteTrial(trial: Trial, proof: TrialProof): SiteTrial {
  const { spec, verdict } = trial;
  return {
    trialId: spec.trialId,
    experimentId: spec.experimentId,
    purpose: spec.purpose,
    fidelity: spec.fidelity,
    block: spec.block,
    status: verdict.status,
    reason: verdict.reason,
    origins: originTags({ study: trial, trials: [trial] }),
    startedAt: trial.startedAt,
    figures: siteFigures.map(({ metric, stat }) => trialFigure(trial, metric, stat, null)),
    folder: `${trial.study}/${spec.experimentId}/${spec.trialId}`,
    proof,
  };
}

function modelOf({ identity }: Trial): string {
  return asText(asMap(identity.configuration)?.["model"]) ?? "";
}

function engineOf({ provenance }: Trial): string {
  const { name, version } = provenance?.engine ?? {};
  return `${asText(name) ?? ""} ${asText(version) ?? ""}`.trim();
}

function gpusOf({ provenance }: Trial): string[] {
  return usedGpus(provenance).map(({ name }) => asText(name) ?? "");
}

function eachOnce(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => name !== "").toSorted();
}
