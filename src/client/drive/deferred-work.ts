import { NS_PER_MS } from "../../math/units.ts";

/** Work waits until none was added for so long, in ms: a burst of answers that end is over by then. */
const QUIET_MS = 5;
/** It waits no longer than this, in ms, so that who watches the records hears of one soon. */
const LONGEST_MS = 20;
/** Done in one turn of the event loop at least; then answers are read. */
const DONE_AT_ONCE = 8;
/** And at least such a share of what waits: under a load without a pause, what is kept back must not grow. */
const SHARE_AT_ONCE = 1 / 32;
/** More than this does not wait for a quiet moment: a burst in which a few hundred answers end is to be over first. */
const MOST_PUT_OFF = 1024;

/** Work that nobody waits for: what is left to do for a request that is over, and what is made for those to come. */
export interface DeferredWork {
  /** Puts one piece of work off. In the order of the calls. */
  add(work: () => void): void;
  /** Does everything now. */
  finish(): void;
}

/**
 * Does work when the answers leave time for it. `spare` is asked for more when there is nothing else: it does a piece, and
 * says whether there is more of it. `now` in ns.
 */
export function createDeferredWork(now: () => number, spare: () => boolean): DeferredWork {
  let work: (() => void)[] = [];
  let done = 0;
  let goingOn: NodeJS.Immediate | null = null;
  let finished = false;
  let firstNs = 0;

  const goOn = (): void => {
    goingOn = null;
    const share = Math.ceil((work.length - done) * SHARE_AT_ONCE);
    const until = Math.min(work.length, done + Math.max(DONE_AT_ONCE, share));
    for (; done < until; done += 1) work[done]!();
    if (done < work.length) {
      // What is done is let go, though there may never be a moment in which all is.
      if (done >= MOST_PUT_OFF) {
        work = work.slice(done);
        done = 0;
      }
      goingOn = setImmediate(goOn);
      return;
    }
    work = [];
    done = 0;
    if (spare()) goingOn = setImmediate(goOn);
  };
  const begin = (): void => {
    if (goingOn === null && !finished) goingOn = setImmediate(goOn);
  };
  const quiet = setTimeout(begin, QUIET_MS);

  return {
    add(piece) {
      work.push(piece);
      const atNs = now();
      if (work.length === 1) firstNs = atNs;
      if (work.length - done >= MOST_PUT_OFF || atNs - firstNs > LONGEST_MS * NS_PER_MS) begin();
      else quiet.refresh();
    },
    finish() {
      finished = true;
      clearTimeout(quiet);
      if (goingOn !== null) clearImmediate(goingOn);
      for (; done < work.length; done += 1) work[done]!();
      work = [];
      done = 0;
    },
  };
}
