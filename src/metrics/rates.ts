import { conversationsOf, NO_CONVERSATIONS } from "./conversations.ts";
import { delivered, deliveredInWindow, lengthNs } from "./delivered.ts";
import { figure } from "./metric.ts";
import { finishedInWindow, finishedRequests } from "./requests.ts";
import { rateSpan } from "./span.ts";
import { steadyWindow } from "./steady-window.ts";

export const outputThroughputSteady = figure(
  {
    id: "output_throughput_steady",
    unit: "tok/s",
    title: "Output throughput, steady",
    definition:
      "Output tokens that arrived in the steady window ÷ the window. In a closed loop it lasts while the requested concurrency is in flight, in an open loop from the first to the last scheduled send. Tokens of every open request count, also of the warm-up, of those that follow the last measured one, and of those that the client cut off; time in which a hung request held a place is left out. Null in Offline and under a ruleset, which define their own rates.",
    better: "higher",
  },
  (input) => {
    const rule = "steady window";
    const window = steadyWindow(input);
    if (window.stretches === null) return { value: null, why: window.why, n: 0, rule };
    const { tokens, n, why } = delivered(input, window.stretches);
    const value = tokens === null ? null : tokens / (lengthNs(window.stretches) / 1e9);
    const notes = [why, ...(tokens === null ? [] : [window.why])].filter((note) => note !== null);
    return { value, why: notes.length === 0 ? null : notes.join("; "), n, rule };
  },
);

export const outputThroughput = figure(
  {
    id: "output_throughput",
    unit: "tok/s",
    title: "Output throughput",
    definition:
      "Output tokens that arrived in the measurement window ÷ the window. Tokens of every open request count, also of those that the client cut off. In Offline: output tokens of the finished requests ÷ the longest latency, as LoadGen does; under a ruleset: the same tokens ÷ the window.",
    better: "higher",
  },
  (input) => {
    const finished = finishedRequests(input);
    const { seconds, rule } = rateSpan(input);
    if (finished.length === 0 || seconds === null)
      return { value: null, why: "no request finished", n: finished.length, rule };
    const { tokens, n, why } = deliveredInWindow(input);
    return { value: tokens === null ? null : tokens / seconds, why, n, rule };
  },
);

export const requestThroughput = figure(
  {
    id: "request_throughput",
    unit: "req/s",
    title: "Request throughput",
    definition:
      "Requests that finished in the measurement window ÷ the window, also those of the warm-up and those that follow the last measured one; in Offline the measured ones ÷ the longest latency, as LoadGen does.",
    better: "higher",
  },
  (input) => {
    const n = finishedInWindow(input).length;
    const { seconds, rule } = rateSpan(input);
    if (n === 0 || seconds === null) return { value: null, why: "no request finished", n, rule };
    return { value: n / seconds, n, rule };
  },
);

export const turnThroughput = figure(
  {
    id: "turn_throughput",
    unit: "turns/s",
    title: "Turn throughput",
    definition: "Finished turns of conversations ÷ the measurement window; in Offline ÷ the longest latency.",
    better: "higher",
  },
  (input) => {
    const conversations = conversationsOf(input);
    const n = conversations.reduce((sum, { finished }) => sum + finished, 0);
    const { seconds, rule } = rateSpan(input);
    if (conversations.length === 0) return { value: null, why: NO_CONVERSATIONS, n, rule };
    if (n === 0 || seconds === null) return { value: null, why: "no turn finished", n, rule };
    return { value: n / seconds, n, rule };
  },
);

export const conversationRate = figure(
  {
    id: "conversation_rate",
    unit: "conversations/s",
    title: "Conversations started a second",
    definition:
      "Measured conversations ÷ what turn throughput is over, so that their ratio is turns for each conversation. `conversation_waiting` says which of the two binds.",
    better: "higher",
  },
  (input) => {
    const n = conversationsOf(input).length;
    const { seconds, rule } = rateSpan(input);
    if (n === 0) return { value: null, why: NO_CONVERSATIONS, n, rule };
    if (seconds === null) return { value: null, why: "no turn finished", n, rule };
    return { value: n / seconds, n, rule };
  },
);
