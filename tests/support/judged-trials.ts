import { judge, type JudgeInput } from "../../src/checks/index.ts";
import type { ResolvedKnob, Check } from "../../src/schema/trial.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import { someWorkload } from "./completions.ts";
import { observationOf, type RequestSketch, type SketchedObservation } from "./observations.ts";

/** A performance trial at `screen`. */
export function specOf(changes: Partial<TrialSpec> = {}): TrialSpec {
  return {
    trialId: "t",
    experimentId: "e",
    experiment: "e",
    purpose: "performance",
    fidelity: "screen",
    block: 1,
    position: 1,
    replicate: 1,
    attempt: 1,
    launchKey: "l",
    seeds: { order: 1, load: 1, dataset: 1 },
    ...changes,
  };
}

/** `total` requests, the first `failed` of them failed, in a window of 90 s. */
export function seen(total: number, failed = 0, changes: Partial<SketchedObservation> = {}): SketchedObservation {
  const requests = Array.from({ length: total }, (_, index): RequestSketch => {
    const failure = index < failed ? { error: "HTTP 500: boom", outputTokens: null } : {};
    return { sentMs: index, tokensMs: [index + 10, index + 1000], ...failure };
  });
  return observationOf(requests, { window: { startNs: 0, endNs: 90e9 }, queueRanEmpty: false, ...changes });
}

/** A screen trial of 200 requests in a closed loop that passes everything. */
export function input(changes: Partial<JudgeInput> = {}): JudgeInput {
  return {
    spec: specOf(),
    workload: someWorkload({
      counts: {
        smoke: { requests: 4 },
        screen: { requests: 200, seconds: 10 },
        valid: { requests: 200, seconds: 60 },
        submission: { requests: 200, seconds: 600 },
      },
    }),
    observation: seen(200),
    measurements: [],
    resolved: [],
    failure: null,
    ...changes,
  };
}

/** The workload of `input` in Offline. */
export const offline = { ...input().workload, scenario: "offline" as const, load: {} };

/** One check of a trial that differs from `input` in this. */
export function checkOf(id: string, changes: Partial<JudgeInput>): Check | undefined {
  return judge(input(changes)).checks.find((check) => check.id === id);
}

export const knob = (name: string, status: ResolvedKnob["status"]): ResolvedKnob => ({
  knob: name,
  declared: true,
  resolved: status === "same",
  status,
  where: "server_info",
});
