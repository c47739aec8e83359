import { figureText, percentText } from "../math/figures.ts";
import type { Observation } from "../schema/observation.ts";
import { counterGrowth, meanInWindow } from "./client-window.ts";

/** Above this share of all its cores a machine has none to spare: the rest is lost between two threads that take turns. */
const FULL = 0.9;
/** The engine was starved where its threads waited for more than this share of the time in which they could have run. */
const STARVED = 0.1;

/** Which side had too few cores, in words, and what to do. */
export interface Shortage {
  who: "client" | "host" | "both";
  text: string;
  remedy: string;
}

export const remedies: Readonly<Record<Shortage["who"], string>> = {
  client: "Give the client cores that the engine does not use, another host, or several workers; or ask for less load.",
  host:
    "The machine is short of cores, not the client: stop other programs on it, give the engine fewer threads and each side " +
    "its own cores (load.cores), or drive the engine from another host; more workers do not help here.",
  both:
    "Drive the engine from another host, or from a machine with more cores, and with several workers: the client fills a core, " +
    "and this machine has none left.",
};

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
