import { timePerOutputTokenNs } from "../math/loadgen/results.ts";
import { certifies, type Fidelity } from "../schema/fidelity.ts";
import type { Observation, RequestRecord } from "../schema/observation.ts";
import type { RulesetScenario } from "../schema/ruleset.ts";
import type { JudgeInput } from "./check.ts";
import { measuredRequests } from "./measured.ts";

/** A trial that a ruleset judges. */
export interface RulesetTrial {
  ruleset: RulesetScenario;
  observation: Observation;
  fidelity: Fidelity;
  /** True where the trial may be called VALID: below, a run is too short for the ruleset by intention. */
  certified: boolean;
}

/** Null where no ruleset judges the trial: one of accuracy, and a probe that was given up, of which `tail-budget` says all. */
export function rulesetTrial({ ruleset, observation, spec }: JudgeInput): RulesetTrial | null {
  if (ruleset === undefined || ruleset === null || observation === null || spec.purpose === "accuracy") return null;
  if (observation.gaveUp !== null) return null;
  return { ruleset, observation, fidelity: spec.fidelity, certified: certifies(spec.fidelity) };
}

export const judgedLatencies = ["ttft", "tpot", "latency"] as const;
export type JudgedLatency = (typeof judgedLatencies)[number];

/** Values in nanoseconds, or why they cannot be had: a run without a schedule is none of the scenario's, so that it fails. */
export type LatencyValues = { values: number[] } | { why: string; status: "fail" | "unknown" };

/**
 * Latencies of all measured requests by LoadGen's clock: from the moment that was scheduled, in the streams from the send. A
 * request that failed or was cut off counts as infinitely late, since LoadGen knows no answer that never comes.
 */
export function latencyValues({ ruleset, observation }: RulesetTrial, judged: JudgedLatency): LatencyValues {
  const values: number[] = [];
  for (const request of measuredRequests(observation).all) {
    if (startNs(ruleset, request) === null) return { why: "the sends had no schedule", status: "fail" };
    const value = latencyNs(ruleset, request, judged);
    if (value === null) return { why: "the server did not count its tokens", status: "unknown" };
    values.push(value);
  }
  return { values };
}

/** One of them, in ns; null where it had no schedule, or where its tokens were not counted. */
export function latencyNs(ruleset: RulesetScenario, request: RequestRecord, judged: JudgedLatency): number | null {
  const { firstTokenNs, outputTokens } = request;
  const start = startNs(ruleset, request);
  if (start === null) return null;
  if (request.error !== null || request.cancelled || firstTokenNs === null) return Infinity;
  const firstNs = firstTokenNs - start;
  const wholeNs = (request.lastTokenNs ?? request.endNs) - start;
  if (judged === "ttft") return firstNs;
  if (judged === "latency") return wholeNs;
  return outputTokens === null ? null : timePerOutputTokenNs(wholeNs, firstNs, outputTokens);
}

function startNs({ scenario }: RulesetScenario, { scheduledNs, sentNs }: RequestRecord): number | null {
  return scenario === "Server" || scenario === "Offline" ? scheduledNs : sentNs;
}

/** The limit of a latency in ms; null where the scenario has none, and for all but Server, which alone has limits. */
export function limitMs({ scenario, limits, tokenLatencies }: RulesetScenario, judged: JudgedLatency): number | null {
  if (scenario !== "Server" || tokenLatencies !== (judged !== "latency")) return null;
  return { ttft: limits.ttftMs, tpot: limits.tpotMs, latency: limits.latencyMs }[judged];
}

export const latencyNames: Readonly<Record<JudgedLatency, string>> = { ttft: "TTFT", tpot: "TPOT", latency: "latency" };
