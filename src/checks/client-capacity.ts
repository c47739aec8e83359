import { figureText } from "../math/figures.ts";
import type { Observation } from "../schema/observation.ts";
import type { Calibration } from "../schema/trial.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import type { Workload } from "../schema/workload.ts";
import { atMost, measuredRequests, type CheckRule } from "./check.ts";

/** All of a core: what was asked takes more time than there is. What is just below it, the trial itself shows. */
const LARGEST_SHARE = 1;

/** What an open loop asks of the client. */
export interface AskedOfClient {
  requestsPerS: number;
  tokensPerRequest: number;
  /** Processes that share it. */
  workers: number;
}

/** Cores that each process of the client needs for it, by its calibrated cost of a request and of a token. */
export function neededShare(
  calibration: Calibration,
  { requestsPerS, tokensPerRequest, workers }: AskedOfClient,
): number {
  const usOfRequest = calibration.cpuPerRequestUs + tokensPerRequest * calibration.cpuPerTokenUs;
  return (requestsPerS * usOfRequest) / 1e6 / workers;
}

/** In words, for the verdict and for those who wait: `3.2 cores`. */
export function neededInWords(calibration: Calibration, asked: AskedOfClient): string {
  const { requestsPerS, tokensPerRequest, workers } = asked;
  return (
    `${figureText(requestsPerS)} requests a second of ${figureText(tokensPerRequest)} tokens need ${figureText(neededShare(calibration, asked))} cores ` +
    `${workers === 1 ? "of the client" : `in each of ${workers} client processes`}: the calibration found ` +
    `${figureText(calibration.cpuPerTokenUs)} µs for a token and ${figureText(calibration.cpuPerRequestUs)} µs for a request`
  );
}

/** Asked for no more than the client can do, by its calibration on this machine. An open loop alone has such a rate before it is run. */
export const clientCapacity: CheckRule = {
  id: "client-capacity",
  about: "client",
  asks: "Open loop: the rate asks no more of the client than its calibration on this machine found it can do.",
  limit: `${LARGEST_SHARE} core of each client process`,
  remedy:
    "Lower load.rate, or raise load.workers and give each a core of its own, or drive the engine from another host.",
  judge({ spec, workload, observation, calibration }) {
    if (observation === null || spec.purpose === "accuracy" || !isOpenLoop(workload)) return null;
    const measured = calibration?.measured ?? null;
    if (measured === null) return null;
    const asked = askedOf(observation, workload);
    if (asked === null) return null;
    const value = neededShare(measured, asked);
    const disturbed = measured.endedBy === "machine";
    return {
      ...atMost(value, LARGEST_SHARE, "cores"),
      ...(disturbed ? { status: "unknown" as const } : {}),
      message: `${neededInWords(measured, asked)}${disturbed ? "; other work disturbed the calibration" : ""}`,
    };
  },
};

/** The rate of the schedule, and the tokens of the requests that finished. Null where all is due at once, or nothing finished. */
function askedOf(observation: Observation, workload: Workload): AskedOfClient | null {
  let [firstNs, lastNs, due] = [Infinity, -Infinity, 0];
  const { all, finished } = measuredRequests(observation);
  for (const { scheduledNs } of all) {
    if (scheduledNs === null) continue;
    due += 1;
    firstNs = Math.min(firstNs, scheduledNs);
    lastNs = Math.max(lastNs, scheduledNs);
  }
  let chunks = 0;
  for (const request of finished) chunks += request.chunks;
  if (lastNs <= firstNs || finished.length === 0) return null;
  return {
    requestsPerS: (due - 1) / ((lastNs - firstNs) / 1e9),
    tokensPerRequest: chunks / finished.length,
    workers: workload.load.workers ?? 1,
  };
}
