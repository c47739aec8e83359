import { analyse } from "../../src/analysis/index.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { metricDefinitions } from "../../src/metrics/index.ts";
import type { ReportInput } from "../../src/report/index.ts";
import { axesOf } from "../../src/schema/axis.ts";
import type { Study } from "../../src/schema/study.ts";
import { studyRecord } from "../../src/store/index.ts";
import { fakeTrial, withFigures } from "./fake-trials.ts";
import { makeEngine, makeStudy, makeWorkload } from "./make-study.ts";

/** A configuration in the model of `sweptReport`: how much faster a token is than the baseline's, and how many requests it batches. */
export interface SweptConfiguration {
  id: string;
  speed?: number;
  most?: number;
}

export interface SweptOptions {
  configurations?: readonly SweptConfiguration[];
  /** Requests in flight; without any, nothing is swept. */
  loads?: readonly number[];
  repeats?: number;
  design?: "isolation" | "curve";
  study?: Partial<Study>;
  gpus?: number | null;
  /** Of the requests, how many per cent meet the SLO at a load that breaks it. */
  shareBeyond?: number;
}

/**
 * A closed loop on engines that are only numbers: a token takes 10 ms and 0.2 ms for each other request of its batch, and requests
 * beyond the largest batch wait for their first token. An isolation of `configurations` against the baseline at each load.
 */
export function sweptReport({
  configurations = [
    { id: "fp8", speed: 1.2 },
    { id: "seqs64", most: 64 },
  ],
  loads = [8, 16, 32, 64],
  repeats = 3,
  design = "isolation",
  study: changes = {},
  gpus = 1,
  shareBeyond = 71.5,
}: SweptOptions = {}): ReportInput {
  const rows = configurations.map(({ id }, at) => ({
    id,
    label: id,
    set: { max_model_len: 1000 + at },
    pointer: `/design/changes/${at}`,
  }));
  const study = makeStudy(
    { kind: design, changes: design === "curve" ? [] : rows },
    {
      engine: makeEngine({ gpus: null, changesOutputs: [] }),
      fidelity: "valid",
      repeats,
      workloads: [
        makeWorkload({
          name: "chat",
          scenario: "closed",
          load: { concurrency: 16 },
          slo: { ttft_ms: 200, tpot_ms: 20 },
          counts: { ...makeWorkload().counts, valid: { requests: 2048 } },
        }),
      ],
      sweep: loads.length === 0 ? [] : axesOf({ "load.concurrency": [...loads] }, "/sweep", () => "c"),
      ...changes,
    },
  );
  const expansion = expandStudy(study);
  const trialSpecs = orderTrials(study, expansion);
  const experiments = expansion.experiments.map((one) => ({ ...one, gpus }));
  const byId = new Map(experiments.map((one) => [one.id, one]));
  const trials = trialSpecs.map((spec) => {
    const experiment = byId.get(spec.experimentId)!;
    const { speed = 1, most = 32 } = configurations.find(({ id }) => id === experiment.labels.row) ?? {};
    const load = Number(experiment.knobs["load.concurrency"] ?? 16);
    const noise = 1 + (((spec.block * 7 + spec.position * 3) % 5) - 2) / 1000;
    const batch = Math.min(load, most);
    const tpot = ((10 + 0.2 * batch) / speed) * noise;
    const throughput = (1000 * batch) / tpot;
    const ttft = (20 + 60 * Math.max(0, load - most)) * noise;
    const e2e = ttft + 128 * tpot;
    return {
      ...withFigures(fakeTrial(experiment, { throughput, launchId: `launch-${spec.launchKey}` }), [
        ["output_throughput_steady", "value", throughput],
        ["ttft", "p50", ttft],
        ["ttft", "p99", 3 * ttft],
        ["tpot", "p50", tpot],
        ["tpot", "p99", 1.2 * tpot],
        ["e2e", "mean", e2e],
        ["e2e", "p50", e2e],
        ["e2e", "p99", 1.4 * e2e],
        ["goodput", "value", throughput / 128],
        ["goodput_share", "value", 3 * ttft <= 200 && 1.2 * tpot <= 20 ? 99.6 : shareBeyond],
        ["output_tokens", "mean", 128],
      ]),
      spec,
      gpus,
    };
  });
  const plan = { study, ...expansion, experiments, expansion, trials: trialSpecs, diagnostics: [] };
  const record = studyRecord(plan, "matrices/test.yaml");
  const analysis = analyse({ study: record, trials, answers: new Map(), metrics: metricDefinitions });
  return { ...analysis, launches: [], queries: {}, resultsFolder: "results" };
}
