import type { Fidelity } from "../schema/fidelity.ts";
import type { Check } from "../schema/verdict.ts";
import type { CheckRule } from "./check.ts";
import { medianTtftMs, tooShortToTell } from "./client-window.ts";
import { figure } from "./measured.ts";

/**
 * How late the client's event loop may be at p99: the larger of so many ms and such a share of the median TTFT. Every
 * time is stamped in that loop, so a delay of the loop is an error of the time. 5 % is the limit of issue and design for
 * what a client may add; a screening run, on a machine that it shares with the engine, may have twice as much. An idle
 * loop already shows 1 to 2 ms, the grain of the timers that are watched, so that the floor is well above it.
 */
const delayLimits: Readonly<Record<Fidelity, { ms: number; shareOfTtft: number }>> = {
  smoke: { ms: 10, shareOfTtft: 0.1 },
  screen: { ms: 10, shareOfTtft: 0.1 },
  valid: { ms: 5, shareOfTtft: 0.05 },
  submission: { ms: 5, shareOfTtft: 0.05 },
};

/** CPU seconds in a second: above it the one thread that sends and reads has no time left, and the rates are its own. */
const LARGEST_CPU_SHARE = 0.95;

/** The load generator was not what was measured: neither its event loop nor its core was busy enough to move a result. */
export const clientBound: CheckRule = ({ spec, observation }) => {
  if (observation === null || spec.purpose !== "performance") return null;
  const { loopDelayMs, cpuShare } = observation.client;
  const { ms, shareOfTtft } = delayLimits[spec.fidelity];
  const limit = Math.max(ms, shareOfTtft * (medianTtftMs(observation) ?? 0));
  const short = tooShortToTell(observation);
  const delayed = loopDelayMs !== null && loopDelayMs.p99 > limit;
  const busy = cpuShare > LARGEST_CPU_SHARE;
  const status = statusOf(delayed || busy, short !== null || (loopDelayMs === null && !busy));
  const delay =
    loopDelayMs === null
      ? "nobody watched the client's event loop"
      : `the client's event loop was ${figure(loopDelayMs.p99)} ms late at p99, and at most ${figure(limit)} ms is allowed`;
  return {
    id: "client-bound",
    status,
    value: loopDelayMs?.p99 ?? null,
    limit,
    margin: loopDelayMs === null ? null : limit - loopDelayMs.p99,
    unit: "ms",
    message:
      `${delay}; it used ${figure(cpuShare * 100)} % of a core, and at most ${figure(LARGEST_CPU_SHARE * 100)} % is allowed` +
      (status === "unknown" && short !== null ? `; ${short}` : ""),
    remedy:
      "Give the client cores that the engine does not use, another host, or several workers; or ask for less load.",
  };
};

function statusOf(bound: boolean, cannotTell: boolean): Check["status"] {
  if (cannotTell) return "unknown";
  return bound ? "fail" : "pass";
}
