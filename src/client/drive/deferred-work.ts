import { NS_PER_MS } from "../../math/units.ts";

/** Work waits until none was added for this long, in ms: by then a burst of ends is over. */
const QUIET_MS = 5;
/** It waits no longer than this, in ms, so that a record reaches its observers soon. */
const LONGEST_MS = 20;
/** Pieces done in one turn of the event loop, at least; then answers are read. */
const DONE_AT_ONCE = 8;
/** And at least this share of what waits, so that the backlog does not grow under a load without a pause. */
const SHARE_AT_ONCE = 1 / 32;
/** Beyond this backlog work no longer waits for a quiet moment. A burst in which a few hundred answers end stays below it. */
const MOST_PUT_OFF = 1024;

/** Work that nothing waits for: completing the records of finished requests, and preparing bodies of later ones. */
export interface DeferredWork {
  /** Defers one piece of work. Pieces are done in the order of the calls. */
  add(work: () => void): void;
  /** Does everything now. */
  finish(): void;
}

/**
 * Does work when answers leave time for it. `spare` is called when nothing is deferred: it does one piece of work in spare
 * time, and returns whether there is more. `now` in ns.
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
      // What is done is freed, although the list may never become empty.
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
