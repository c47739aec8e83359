import { analyse } from "../../src/analysis/index.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { metricDefinitions } from "../../src/metrics/index.ts";
import type { ReportInput } from "../../src/report/index.ts";
import type { Design } from "../../src/schema/design.ts";
import type { Assignment } from "../../src/schema/knob.ts";
import type { Study } from "../../src/schema/study.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { studyRecord } from "../../src/store/study-file.ts";
import { createVirtualLaboratory, type VirtualEngine } from "../laboratory/virtual-laboratory.ts";
import { makeStudy, makeWorkload } from "./make-study.ts";

export interface LaboratoryReport {
  design: Design;
  /** 1,000 tok/s, ±0.4 % from launch to launch, no drift, where nothing else is said. */
  engine?: Partial<VirtualEngine>;
  study?: Partial<Study>;
  /** What becomes of each trial before it is analysed. */
  change?: (trial: Trial) => Trial;
}

/** A study that ran on a virtual engine of known truth, analysed, as a report takes it. */
export function laboratoryReport(asked: LaboratoryReport): ReportInput {
  const study = makeStudy(asked.design, { repeats: 4, accuracyNotApplicable: "the engine is virtual", ...asked.study });
  const expansion = expandStudy(study);
  const specs = orderTrials(study, expansion);
  const execute = createVirtualLaboratory(
    {
      throughput: 1000,
      effects: [],
      noise: { kind: "gaussian", sd: 0.004 },
      driftPerTrial: 0,
      launchSd: 0,
      invalidShare: 0,
      ...asked.engine,
    },
    expansion.experiments,
    "report",
  );
  const trials = specs.map((spec) => (asked.change ?? same)(execute(spec)));
  const { experiments, contrasts } = expansion;
  const plan = { study, expansion, experiments, contrasts, trials: specs, diagnostics: [] };
  const record = studyRecord(plan, "matrices/test.yaml");
  const analysis = analyse({ study: record, trials, answers: new Map(), metrics: metricDefinitions });
  return { ...analysis, launches: [], queries: {}, resultsFolder: "results" };
}

/** Changes `fp8` and `len2k` under an SLO, with the goodput of each trial in req/s. */
export function goodputReport(goodputOf: (trial: Trial) => number): ReportInput {
  const changes = [designRow("fp8", { quantization: "fp8" }), designRow("len2k", { max_model_len: 2048 })];
  const load = { name: "chat", scenario: "server", load: { rate: 5 }, slo: { ttft_ms: 200 } } as const;
  return laboratoryReport({
    design: { kind: "isolation", changes },
    study: { workloads: [makeWorkload(load)] },
    change: (trial) => {
      const usual = { ...trial.measurements[0]!, metric: "goodput", unit: "req/s", value: goodputOf(trial) };
      return { ...trial, measurements: [...trial.measurements, usual] };
    },
  });
}

/** A row of an isolation or a stack. */
export function designRow(
  id: string,
  set: Assignment,
): { id: string; label: string; set: Assignment; pointer: string } {
  return { id, label: id, set, pointer: "" };
}

function same(trial: Trial): Trial {
  return trial;
}
