import { workloadWith } from "../design/index.ts";
import { workloadDefaults } from "../matrix/index.ts";
import type { Experiment } from "../schema/experiment.ts";
import { canonicalJson } from "../schema/json.ts";
import type { Plan } from "../schema/plan.ts";
import type { Dataset } from "../schema/sample.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { usedDatasets, type Workload } from "../schema/workload.ts";
import { loadgenRequests, loadgenSettings } from "./ruleset-load.ts";

/** The workload that a trial runs: the experiment's own, or the study's accuracy workload with the experiment's load knobs. */
export function workloadOf(plan: Plan, experiment: Experiment, purpose: TrialSpec["purpose"]): Workload {
  if (purpose !== "accuracy") return experiment.workload;
  const { accuracy } = plan.study;
  return withoutCutOffs(accuracy === null ? experiment.workload : workloadWith(accuracy, experiment.knobs));
}

/** An answer that the client cuts off has no accuracy. */
function withoutCutOffs(workload: Workload): Workload {
  if (workload.cancel === null && workload.classes.every(({ cancel }) => cancel === undefined)) return workload;
  const classes = workload.classes.map(({ cancel: _cancel, ...kept }) => kept);
  return { ...workload, cancel: null, classes };
}

/**
 * How many requests a trial measures: what LoadGen would issue under a ruleset; else the fidelity's count. An accuracy trial asks each
 * sample once at most, and as many as the defaults say where the count is of seconds alone: time says nothing of accuracy.
 */
export function requestsOf(workload: Workload, spec: TrialSpec, dataset: Dataset): number {
  const settings = loadgenSettings(workload, { fidelity: spec.fidelity, purpose: spec.purpose });
  if (settings !== null) return loadgenRequests(settings);
  const { requests, seconds = 0 } = workload.counts[spec.fidelity];
  if (spec.purpose !== "accuracy") return requests;
  const asked = seconds > 0 && requests === 1 ? workloadDefaults.counts[spec.fidelity].requests : requests;
  return Math.min(asked, dataset.samples.length);
}

/** Workloads that ask the same of the same data share it. */
export function datasetKey(workload: Workload): string {
  const { dataset, classes, selection, prompt, promptLengths, sampling, maxTokensFollow, arrivals } = workload;
  const used = usedDatasets(workload);
  const ofClasses = used.some(({ requestClass }) => requestClass !== null)
    ? classes.map(({ name, share = 1, dataset: own = null, sampling: asked = null }) => ({ name, share, own, asked }))
    : [];
  // A trace of lengths without a file of its own is that of the arrivals.
  const times = used.some((one) => one.dataset.kind === "trace") ? arrivals : null;
  const most = maxTokensFollow === true ? null : sampling.max_tokens;
  return canonicalJson({ dataset, ofClasses, selection, prompt, promptLengths, most, times });
}
