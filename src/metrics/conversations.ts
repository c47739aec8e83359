import { hasFinished, measuredRequests } from "../schema/observation.ts";
import type { MetricInput } from "./metric.ts";

/** One measured conversation as its requests show it. Times in ns. */
export interface ConversationSpan {
  firstSentNs: number;
  endNs: number;
  /** Time in which its user waited for an answer: from each send to that answer's end. */
  waitedNs: number;
  turns: number;
  /** Turns that finished. */
  finished: number;
}

/** Why there is no figure of conversations. */
export const NO_CONVERSATIONS = "the workload has no conversations";

/** Every measured conversation, in the order of their starts. One that a failed or cut-off turn ended is in it as far as it got. */
export function conversationsOf({ observation }: MetricInput): ConversationSpan[] {
  const spans = new Map<number, ConversationSpan>();
  for (const request of measuredRequests(observation).all) {
    const { session, sentNs, endNs } = request;
    if (session === null) continue;
    const span = spans.getOrInsert(session, { firstSentNs: sentNs, endNs, waitedNs: 0, turns: 0, finished: 0 });
    span.firstSentNs = Math.min(span.firstSentNs, sentNs);
    span.endNs = Math.max(span.endNs, endNs);
    span.waitedNs += endNs - sentNs;
    span.turns += 1;
    if (hasFinished(request)) span.finished += 1;
  }
  return [...spans.values()].toSorted((one, other) => one.firstSentNs - other.firstSentNs);
}
