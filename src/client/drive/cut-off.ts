import { NS_PER_MS, NS_PER_S } from "../../math/units.ts";
import type { Cancellation } from "../../schema/workload.ts";
import type { TokenLog } from "../stream/token-log.ts";
import { startTimer } from "./deadlines.ts";

/** Watches one request that the client will cut off. */
export interface CutOffWatch {
  /** The log to give to the request's answer: it counts what is appended, up to what the rule says. */
  log: TokenLog;
  /** True when as many tokens have come as the rule says. */
  isFull(): boolean;
  /** The request has ended, in whatever way. */
  stop(): void;
}

/**
 * Calls `cut` when the rule's seconds are over, and is full when its tokens have come. An event that does not say how many it
 * carries counts as one; an event is never divided.
 */
export function watchCutOff(rule: Cancellation, log: TokenLog, cut: () => void): CutOffWatch {
  const { after_s: afterS, after_tokens: afterTokens = Infinity } = rule;
  const timer = afterS === undefined ? undefined : startTimer(cut, (afterS * NS_PER_S) / NS_PER_MS);
  let tokens = 0;
  return {
    log: {
      ...log,
      append(request, atNs, said) {
        tokens += said ?? 1;
        return log.append(request, atNs, said) || tokens >= afterTokens;
      },
    },
    isFull: () => tokens >= afterTokens,
    stop: () => clearTimeout(timer),
  };
}
