import { expandStudy, orderTrials } from "../../src/design/index.ts";
import type { Expansion, Experiment } from "../../src/schema/experiment.ts";
import type { Plan } from "../../src/schema/plan.ts";
import type { Study } from "../../src/schema/study.ts";
import type { Trial, Check } from "../../src/schema/trial.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import { fakeTrial } from "./fake-trials.ts";
import { makeStudy, makeWorkload } from "./make-study.ts";

/** A plan whose baseline and one change are searched, from 4 requests a second to within 25 %. */
export function searchedPlan(changes: Partial<Study> = {}): Plan & { expansion: Expansion } {
  const study = makeStudy(
    {
      kind: "isolation",
      changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "/design/changes/0" }],
    },
    {
      repeats: 2,
      peak: { from: 4, to: null, tolerance: 0.25, most: 12, share: 0.99, sustain: true },
      workloads: [makeWorkload({ scenario: "open", arrivals: { kind: "poisson" }, slo: { ttft_ms: 200 } })],
      ...changes,
    },
  );
  const expansion = expandStudy(study);
  const { experiments, contrasts } = expansion;
  return { study, experiments, contrasts, expansion, trials: orderTrials(study, expansion), diagnostics: [] };
}

/** What a trial on a server that holds up to `capacity` requests a second says. */
export function ranAt(spec: TrialSpec, experiment: Experiment, capacity: number, status?: "FAILED"): Trial {
  const held = Number(experiment.knobs["load.rate"]) <= capacity;
  const trial = fakeTrial(experiment, { status: status ?? (held ? "SCREENED" : "INVALID"), throughput: 100 });
  const row = trial.measurements[0]!;
  return {
    ...trial,
    spec,
    phases: [{ id: "load", tookS: held ? 8 : 3 }],
    measurements: [
      { ...row, metric: "goodput_share", stat: "value", unit: "%", value: held ? 99.5 : 80 },
      { ...row, metric: "schedule_saved", stat: "value", unit: "s", value: held ? null : 5 },
    ],
  };
}

/** The same trial, INVALID since its client was too busy; the requests kept their limits. */
export function spoiledByClient(trial: Trial): Trial {
  const check: Check = {
    id: "client-bound",
    status: "fail",
    value: 31,
    limit: 10,
    margin: -21,
    unit: "ms",
    message: "the client's event loop was 31 ms late at p99",
    remedy: "Give it a core of its own.",
    about: "client",
  };
  return {
    ...trial,
    verdict: { ...trial.verdict, status: "INVALID", reason: `client-bound: ${check.message}`, checks: [check] },
    measurements: trial.measurements.map((row) => (row.metric === "goodput_share" ? { ...row, value: 100 } : row)),
  };
}
