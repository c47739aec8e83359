import type { RequestRecord } from "../schema/observation.ts";
import type { SloDeclaration } from "../schema/workload.ts";
import type { MetricInput } from "./metric.ts";
import { failedRequests, finishedRequests, outputTokens } from "./requests.ts";

const NS_PER_MS = 1e6;

/**
 * Requests that meet every limit of the workload's SLO, of `n` measured ones. `why` says what keeps anybody from telling:
 * no limit, nothing measured, or no count of tokens where TPOT has a limit.
 */
export function requestsWithinSlo(input: MetricInput): { good: number; n: number; why: string | null } {
  const finished = finishedRequests(input);
  const n = finished.length + failedRequests(input).length;
  const { slo } = input.workload;
  const none = (why: string) => ({ good: 0, n, why });
  if (slo === null || Object.keys(slo).length === 0) return none("the workload has no slo");
  if (n === 0) return none("no request was measured");
  const counted = slo.tpot_ms === undefined ? null : outputTokens(finished).why;
  if (counted !== null) return none(counted);
  // Users of an open loop wait from when they meant to ask. Offline is due at the start as a whole: there the send counts.
  const fromSchedule = input.workload.scenario === "open";
  return { good: finished.filter((request) => meets(request, slo, fromSchedule)).length, n, why: null };
}

/** A request without a second token has no time per output token, and keeps that limit. */
function meets(request: RequestRecord, slo: SloDeclaration, fromSchedule: boolean): boolean {
  const { firstTokenNs, lastTokenNs, outputTokens: tokens } = request;
  const startNs = fromSchedule ? (request.scheduledNs ?? request.sentNs) : request.sentNs;
  if (firstTokenNs === null || lastTokenNs === null) return false;
  const tpotMs = (tokens ?? 0) >= 2 ? (lastTokenNs - firstTokenNs) / NS_PER_MS / (tokens! - 1) : 0;
  return (
    (firstTokenNs - startNs) / NS_PER_MS <= (slo.ttft_ms ?? Infinity) &&
    tpotMs <= (slo.tpot_ms ?? Infinity) &&
    (lastTokenNs - startNs) / NS_PER_MS <= (slo.e2e_ms ?? Infinity)
  );
}
