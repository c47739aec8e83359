import { timePerOutputTokenNs } from "../math/loadgen/results.ts";
import type { Fidelity } from "../schema/fidelity.ts";
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

/** Null where no ruleset judges the trial. */
export function rulesetTrial({ ruleset, observation, spec }: JudgeInput): RulesetTrial | null {
  if (ruleset === undefined || ruleset === null || observation === null || spec.purpose !== "performance") return null;
  const certified = spec.fidelity === "valid" || spec.fidelity === "submission";
  return { ruleset, observation, fidelity: spec.fidelity, certified };
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
    const { firstTokenNs, outputTokens } = request;
    const start = startNs(ruleset, request);
    if (start === null) return { why: "the sends had no schedule", status: "fail" };
    if (request.error !== null || request.cancelled || firstTokenNs === null) {
      values.push(Infinity);
      continue;
    }
    const firstNs = firstTokenNs - start;
    const wholeNs = (request.lastTokenNs ?? request.endNs) - start;
    if (judged === "tpot" && outputTokens === null) {
      return { why: "the server did not count its tokens", status: "unknown" };
    }
    if (judged === "ttft") values.push(firstNs);
    else values.push(judged === "latency" ? wholeNs : timePerOutputTokenNs(wholeNs, firstNs, outputTokens ?? 0));
  }
  return { values };
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
