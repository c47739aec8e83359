import { percentText } from "../math/figures.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import { conversationsOf, NO_CONVERSATIONS, type ConversationSpan } from "./conversations.ts";
import { figure } from "./metric.ts";

export const conversationWaiting = figure(
  {
    id: "conversation_waiting",
    unit: "%",
    title: "Share of conversations spent waiting",
    definition:
      "Time from each send to the end of its answer ÷ time from a conversation's first send to its last end, over all conversations; the rest is thinking. The row says which binds, turns or conversation starts.",
    better: "lower",
  },
  (input) => {
    const conversations = conversationsOf(input);
    const n = conversations.length;
    const rule = "sum of waits ÷ sum of lives";
    const livedNs = conversations.reduce((sum, { firstSentNs, endNs }) => sum + (endNs - firstSentNs), 0);
    if (n === 0) return { value: null, why: NO_CONVERSATIONS, n, rule };
    if (livedNs <= 0) return { value: null, why: "no turn took any time", n, rule };
    const share = waitedNs(conversations) / livedNs;
    const why = isOpenLoop(input.workload) ? ofOpenLoop(conversations) : ofUsers(share);
    return { value: 100 * share, why, n, rule };
  },
);

/**
 * From where on the engine falls behind an open loop's starts: the mean wait for an answer in the later half of the
 * conversations ÷ that in the earlier half. It is 1 where the engine keeps up, since waits are then the same throughout,
 * and tends to 3 where the queue grows steadily from nothing; half of the way up is called behind.
 */
const FALLS_BEHIND = 2;

/**
 * So many users, each of whom waits R for an answer and then thinks Z, send X = users ÷ (R + Z) turns a second: the
 * interactive response time law (E. D. Lazowska et al., "Quantitative System Performance", 1984, chapter 3). With a share
 * w = R ÷ (R + Z), one percent off R raises X by w percent and one percent off Z by 1 − w. The larger share binds.
 */
function ofUsers(share: number): string {
  const waiting = percentText(share, 0);
  const thinking = percentText(1 - share, 0);
  return share >= 0.5
    ? `turns bind: users wait for answers ${waiting} of a conversation and think ${thinking}, so that the engine's speed sets the rate of turns`
    : `conversation starts bind: users think ${thinking} of a conversation and wait for answers ${waiting}, so that more turns a second take more users, not a faster engine`;
}

/** The starts are given: they bind as long as the engine keeps up with them. */
function ofOpenLoop(conversations: readonly ConversationSpan[]): string | null {
  const middle = Math.floor(conversations.length / 2);
  if (middle === 0) return null;
  const [earlier, later] = [conversations.slice(0, middle), conversations.slice(middle)].map(meanWaitNs);
  if (!earlier || !later) return null;
  const times = (later / earlier).toPrecision(3);
  return later / earlier >= FALLS_BEHIND
    ? `turns bind: answers in the later half of the conversations took ${times} times as long as in the earlier half, so that the engine falls behind the starts`
    : `conversation starts bind: answers in the later half of the conversations took ${times} times as long as in the earlier half, so that the engine keeps up with the starts`;
}

function meanWaitNs(conversations: readonly ConversationSpan[]): number {
  return waitedNs(conversations) / conversations.reduce((sum, { turns }) => sum + turns, 0);
}

function waitedNs(conversations: readonly ConversationSpan[]): number {
  return conversations.reduce((sum, { waitedNs: waited }) => sum + waited, 0);
}
