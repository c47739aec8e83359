import { countText, figureText, percentText } from "../math/figures.ts";
import type { CheckRule } from "./check.ts";
import { atLeast } from "./measured.ts";

/**
 * A tenth below what was asked is another experiment: throughput follows the number in flight nearly one to one as long
 * as the engine's batch is not full.
 */
const LEAST_SHARE_HELD = 0.9;

/** Closed loop: the client kept as many requests in flight as it was asked to. */
export const heldConcurrency: CheckRule = {
  id: "held-concurrency",
  asks: "Closed loop: the client kept as many requests in flight as it was asked to.",
  limit: `${percentText(LEAST_SHARE_HELD)} of \`load.concurrency\`, at least`,
  remedy: "Ask for more requests than load.concurrency, or for a lower concurrency than this client can hold.",
  judge({ spec, workload, observation }) {
    if (observation === null || workload.scenario !== "closed" || spec.purpose === "accuracy") return null;
    const { asked, heldMean } = observation.inFlight;
    const limit = asked * LEAST_SHARE_HELD;
    return {
      ...atLeast(heldMean, limit, "1"),
      message: `${figureText(heldMean)} of ${countText(asked, "request")} ${asked === 1 ? "was" : "were"} kept in flight on average, and at least ${figureText(limit)} are asked for`,
      remedy: `Ask for more requests than load.concurrency (${asked}), or for a lower concurrency than this client can hold.`,
    };
  },
};
