import { figureText, percentText } from "../math/figures.ts";
import { certifies } from "../schema/fidelity.ts";
import type { Observation } from "../schema/observation.ts";
import type { Check } from "../schema/trial.ts";
import { atMost, type CheckRule } from "./check.ts";
import {
  FAR_BEYOND,
  counterGrowth,
  meanGapMs,
  meanInWindow,
  medianTtftMs,
  runWaitShare,
  windowTooShort,
} from "./client-window.ts";

interface Limits {
  /**
   * How late the client's event loop may be at p99: the larger of so many ms and such a share of the median TTFT. Every
   * time is stamped in that loop, so a delay of the loop is an error of the time. 5 % is the most that
   * a client may add. An idle loop already shows 1 to 2 ms, the grain of the timers that are watched, so that the
   * floor is well above it.
   */
  delay: { ms: number; shareOfTtft: number };
  /**
   * The share of the window in which the client could have run and its core was another's. As large a share of what
   * arrives is stamped late, by a slice of the scheduler: the mean of a latency moves by a part of a ms, its tail by the
   * slice, and neither shows as a delay of the loop above a limit of 5 ms. More is allowed where tokens are so far apart
   * that a slice is less than a tenth of the gap: an engine on the cores that the client shares with it.
   */
  runWait: number;
  runWaitOfSlowTokens: number;
}

/** A screening run, on a machine that it shares with the engine, may have twice the delay, and waits wherever the engine computes. */
const screening: Limits = { delay: { ms: 10, shareOfTtft: 0.1 }, runWait: 0.1, runWaitOfSlowTokens: 0.2 };
const certified: Limits = { delay: { ms: 5, shareOfTtft: 0.05 }, runWait: 0.05, runWaitOfSlowTokens: 0.05 };

/** CPU seconds in a second: above it the one thread that sends and reads has no time left, and the rates are its own. */
const LARGEST_CPU_SHARE = 0.95;

/** What another thread may have before a waiting one is run, on Linux: `base_slice_ns` of EEVDF, 2.8 to 4 ms with the number of cores. */
const SLICE_MS = 4;
const SLOW_TOKENS_MS = SLICE_MS * 10;

/** Above this share of all its cores a machine has none to spare: the rest is lost between two threads that take turns. */
const FULL = 0.9;
/** The engine was starved where its threads waited for more than this share of the time in which they could have run. */
const STARVED = 0.1;

/** Which side had too few cores, in words, and what to do. */
interface Shortage {
  who: "client" | "host" | "both";
  text: string;
  remedy: string;
}

const remedies: Readonly<Record<Shortage["who"], string>> = {
  client: "Give the client cores that the engine does not use, another host, or several workers; or ask for less load.",
  host:
    "The machine is short of cores, not the client: stop other programs on it, give the engine fewer threads and each side " +
    "its own cores (load.cores), or drive the engine from another host; more workers do not help here.",
  both:
    "Drive the engine from another host, or from a machine with more cores, and with several workers: the client fills a core, " +
    "and this machine has none left.",
};

/** One way in which a client can be what was measured. */
interface Sign {
  /** Null where nobody looked. */
  value: number | null;
  limit: number;
  unit: string;
  message: string;
}

/**
 * The load generator was not what was measured. Its delay is an error of TTFT and of every gap where it takes the times of
 * arrival itself, and of what it sends next in any case; its CPU a limit of every rate; its waiting for the core an
 * error of tails. Bytes that lay waiting in a socket are told and decide nothing: a
 * server that writes late and at once looks the same, and what the client left lying is in its loop's delay.
 */
export const clientBound: CheckRule = {
  id: "client-bound",
  about: "client",
  asks: "The load generator was not the bottleneck: its event loop was on time, its thread had CPU time left, and its cores were not taken by others.",
  limit: `event loop late at p99 by the larger of ${screening.delay.ms} ms and ${percentText(screening.delay.shareOfTtft)} of the median TTFT (valid, submission: ${certified.delay.ms} ms, ${percentText(certified.delay.shareOfTtft)}); ${percentText(LARGEST_CPU_SHARE)} of a core; waiting for a core in ${percentText(screening.runWait)} of the window, ${percentText(screening.runWaitOfSlowTokens)} where tokens are over ${SLOW_TOKENS_MS} ms apart (valid, submission: ${percentText(certified.runWait)})`,
  remedy: remedies.client,
  judge({ spec, observation }) {
    if (observation === null || spec.purpose === "accuracy") return null;
    const limits = certifies(spec.fidelity) ? certified : screening;
    const signs = [delayOf(observation, limits), cpuOf(observation), runWaitOf(observation, limits)] as const;
    const failing = signs.filter(exceeds).toSorted((left, right) => excess(right) - excess(left));
    const short = windowTooShort(observation);
    const status = short === null ? statusOf(signs, failing.length > 0) : statusInShort(signs, observation, limits);
    const told = failing[0] ?? signs[0];
    const shortage = status === "fail" ? shortageOf(observation, exceeds(signs[1])) : null;
    return {
      ...atMost(told.value, told.limit, told.unit),
      status,
      message: [
        ...(status === "fail" ? [told, ...failing.slice(1)] : signs).map(({ message }) => message),
        ...(status === "fail" ? [] : alsoSeen(observation)),
        ...(status === "unknown" && short !== null ? [short] : []),
        ...(shortage === null || shortage.text === "" ? [] : [shortage.text]),
      ].join("; "),
      remedy: (shortage ?? shortageOf(observation, false)).remedy,
    };
  },
};

/** What decides nothing, and is worth knowing of a client that held. */
function alsoSeen({ client: { backlogBytesMax, readDelayMs } }: Observation): string[] {
  return [
    ...(readDelayMs === null
      ? []
      : [`times of arrival are the kernel's, read at most ${figureText(readDelayMs.p99)} ms later at p99`]),
    ...(backlogBytesMax === null ? [] : [`at most ${backlogBytesMax} bytes lay waiting in a socket`]),
  ];
}

function delayOf(observation: Observation, { delay: { ms, shareOfTtft } }: Limits): Sign {
  const { loopDelayMs } = observation.client;
  const limit = Math.max(ms, shareOfTtft * (medianTtftMs(observation) ?? 0));
  const message =
    loopDelayMs === null
      ? "nobody watched the client's event loop"
      : `the client's event loop was ${figureText(loopDelayMs.p99)} ms late at p99, and at most ${figureText(limit)} ms is allowed`;
  return { value: loopDelayMs?.p99 ?? null, limit, unit: "ms", message };
}

function cpuOf({ client: { cpuShare } }: Observation): Sign {
  const [value, limit] = [cpuShare * 100, LARGEST_CPU_SHARE * 100];
  return {
    value,
    limit,
    unit: "%",
    message: `the client used ${figureText(value)} % of a core, and at most ${figureText(limit)} % is allowed`,
  };
}

function runWaitOf(observation: Observation, { runWait, runWaitOfSlowTokens }: Limits): Sign {
  const share = runWaitShare(observation);
  const slow = (meanGapMs(observation) ?? 0) > SLOW_TOKENS_MS;
  const limit = (slow ? runWaitOfSlowTokens : runWait) * 100;
  const message =
    share === null
      ? "the kernel does not tell how long the client waited for a core"
      : `the client waited for a core in ${percentText(share)} of the time, and at most ${figureText(limit)} % is allowed`;
  return { value: share === null ? null : share * 100, limit, unit: "%", message };
}

function exceeds({ value, limit }: Sign): boolean {
  return value !== null && value > limit;
}

function excess({ value, limit }: Sign): number {
  return (value ?? 0) / limit;
}

function statusOf([delay, cpu]: readonly Sign[], bound: boolean): Check["status"] {
  if (bound) return "fail";
  return delay!.value === null || cpu!.value === null ? "unknown" : "pass";
}

/** In a short window the median of the delay decides, which no pause moves, and a wait for the core far beyond its limit, however slow the tokens are. */
function statusInShort(
  [delay, , wait]: readonly Sign[],
  { client: { loopDelayMs } }: Observation,
  { runWait }: Limits,
): Check["status"] {
  const isLate = loopDelayMs !== null && loopDelayMs.p50 > delay!.limit;
  return isLate || (wait!.value ?? 0) > runWait * 100 * FAR_BEYOND ? "fail" : "unknown";
}

/**
 * Of a client that had too few cores, whether the machine had too few as well: where all its cores were used, or the engine
 * on it was starved. Where the kernel does not report that, the client alone is named.
 */
export function shortageOf(observation: Observation, clientIsFull: boolean): Shortage {
  const busy = meanInWindow(observation, "host/cores_busy");
  const queue = meanInWindow(observation, "host/run_queue");
  const starved = engineWaitShare(observation);
  const isHost = (busy !== null && busy >= FULL) || (starved !== null && starved > STARVED);
  const who = isHost ? (clientIsFull ? "both" : "host") : "client";
  const said = [
    ...(busy === null ? [] : [`${percentText(busy)} of the machine's cores were used`]),
    ...(queue === null ? [] : [`${figureText(queue)} threads were runnable per core`]),
    ...(starved === null
      ? []
      : [`the engine's threads waited for a core in ${percentText(starved)} of the time that they could have run`]),
  ].join(", ");
  const names = { client: "the client alone", host: "the machine", both: "both client and machine" };
  return {
    who,
    text: said === "" ? "" : `${names[who]} had too few cores: ${said}`,
    remedy: remedies[who],
  };
}

/** The share of the time in which its threads could have run that they waited for a core; null of an engine that was not sampled. */
function engineWaitShare(observation: Observation): number | null {
  const [runS, waitS] = [counterGrowth(observation, "engine/run_s"), counterGrowth(observation, "engine/run_wait_s")];
  return runS === null || waitS === null || runS + waitS <= 0 ? null : waitS / (runS + waitS);
}
