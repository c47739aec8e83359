import type { Series } from "../../schema/observation.ts";

/** What an engine says of its queue; null where it gave no answer. */
export type QueueProbe = () => Promise<{ waiting: number; running: number } | null>;

const EVERY_MS = 200;

/** What a phase has sent so far: requests, units of which one was sent, and requests that have ended. */
export interface Counts {
  sent: number;
  begun: number;
  ended: number;
}

export interface QueueWatch {
  /**
   * Ends the watch. `ranEmpty`: true where the engine was seen starved, after the ramp, while requests were still unsent;
   * false where it was seen and never was, or where nothing was left to send after the first burst; null where it could
   * not be seen.
   */
  stop(): { ranEmpty: boolean | null; series: Series[] };
}

/**
 * The engine's queue is empty, and no request of this load is anywhere else in the server: more requests in flight would have
 * been served. Where more are open than run, they are in the server's front end, whose pace is then what is measured.
 */
function isStarved(engine: { waiting: number; running: number }, open: number): boolean {
  return engine.waiting === 0 && open <= engine.running;
}

/**
 * Asks the engine every 200 ms how many requests wait, until the last one is sent. The ramp, in which an empty queue
 * means nothing, is over when requests were first seen waiting, or when as many have ended as the first burst held.
 */
export function watchQueue(options: {
  probe: QueueProbe | undefined;
  now: () => number;
  /** Units that are sent at least, and until when, by `now`, more of them are; default 0. */
  units: number;
  untilNs?: number;
  asked: number;
  counts: () => Counts;
}): QueueWatch {
  const { probe, now, units, untilNs = 0, asked, counts } = options;
  // Later turns of a conversation that has begun wait for its own answers, and are no queue.
  const isUnsent = (): boolean => counts().begun < units || now() < untilNs;
  const waiting: Series = { name: "requests_waiting", unit: "1", source: "engine", atNs: [], value: [] };
  const running: Series = { name: "requests_running", unit: "1", source: "engine", atNs: [], value: [] };
  const allAtOnce = units <= asked && untilNs === 0;
  let sawWaiting = false;
  let ranEmpty: boolean | null = allAtOnce ? false : null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (ask: QueueProbe): Promise<void> => {
    const answer = await ask().catch(() => null);
    if (stopped) return;
    if (answer !== null) {
      for (const [series, value] of [[waiting, answer.waiting] as const, [running, answer.running] as const]) {
        series.atNs.push(now());
        series.value.push(value);
      }
      sawWaiting ||= answer.waiting > 0;
      const { sent, ended } = counts();
      const rampIsOver = sawWaiting || ended >= asked;
      if (isUnsent() && rampIsOver) ranEmpty = ranEmpty === true || isStarved(answer, sent - ended);
    }
    if (isUnsent()) timer = setTimeout(() => void look(ask), EVERY_MS);
  };
  if (probe && !allAtOnce) timer = setTimeout(() => void look(probe), EVERY_MS);

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return { ranEmpty, series: waiting.atNs.length > 0 ? [waiting, running] : [] };
    },
  };
}
