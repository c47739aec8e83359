import { analyse } from "../../src/analysis/analyse.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { metricDefinitions } from "../../src/metrics/index.ts";
import type { ReportInput } from "../../src/report/index.ts";
import type { Design } from "../../src/schema/design.ts";
import type { ScoredAnswer } from "../../src/schema/finding.ts";
import type { Study } from "../../src/schema/study.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { studyRecord } from "../../src/store/study-file.ts";
import { createVirtualLaboratory, type VirtualEngine } from "../laboratory/virtual-laboratory.ts";
import { makeStudy } from "./make-study.ts";

interface Planted extends Partial<VirtualEngine> {
  /** What becomes of each trial before it is judged. */
  trial?: (trial: Trial) => Trial;
  /** The answers of an accuracy trial of an experiment. */
  answers?: (experiment: string) => ScoredAnswer[];
}

/** A study that was planned, run in the virtual laboratory and analysed, as a report takes it. */
export function virtualReportInput(design: Design, changes: Partial<Study> = {}, planted: Planted = {}): ReportInput {
  const { trial = (one) => one, answers, ...engine } = planted;
  const study = makeStudy(design, changes);
  const expansion = expandStudy(study);
  const specs = orderTrials(study, expansion);
  const { experiments, contrasts } = expansion;
  const plan = { study, experiments, contrasts, expansion, trials: specs, diagnostics: [] };
  const quiet: VirtualEngine = {
    throughput: 1000,
    effects: [],
    noise: { kind: "gaussian", sd: 0.003 },
    driftPerTrial: 0,
    launchSd: 0,
    invalidShare: 0,
  };
  const execute = createVirtualLaboratory({ ...quiet, ...engine }, experiments, "report");
  const trials = specs.map((spec) => trial(execute(spec)));
  const accuracyTrials = trials.filter(({ spec }) => spec.purpose === "accuracy");
  const analysis = analyse({
    study: studyRecord(plan, "matrices/test.yaml"),
    trials,
    answers: new Map(
      answers === undefined ? [] : accuracyTrials.map(({ spec }) => [spec.trialId, answers(spec.experiment)]),
    ),
    metrics: metricDefinitions,
  });
  return { ...analysis, launches: [], queries: {}, resultsFolder: "results" };
}
