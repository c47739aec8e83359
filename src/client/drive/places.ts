/** The most units of a first burst that are sent in one turn of the event loop; then answers are read, so that none gets a late time. */
const SENT_AT_ONCE = 64;

/** Fills places, for as long as it is asked to. */
export interface Filler {
  /** Sends one unit, and calls `free` when it is over; false where it has none left to send. */
  next(free: () => void): boolean;
  /** Another filler took over, or `next` returned false: this one is not asked again. */
  released(): void;
}

/** A fixed number of places for units, each of which is filled again the moment that it is free. */
export interface Places {
  /** From now on this filler fills them, instead of the one before. May be called from within `next`. */
  fillBy(filler: Filler): void;
}

export function createPlaces(count: number): Places {
  let open = 0;
  let filler: Filler | null = null;
  /** True while a fill is running or scheduled: a unit that ends meanwhile does not start another. */
  let filling = false;

  const free = (): void => {
    open -= 1;
    if (!filling) fill();
  };
  const fill = (): void => {
    if (count < 1) {
      // A worker without a place sends nothing, and waits for nothing.
      const released = filler;
      filler = null;
      released?.released();
      return;
    }
    filling = true;
    for (let left = SENT_AT_ONCE; left > 0 && open < count && filler !== null;) {
      const asked = filler;
      open += 1;
      if (asked.next(free)) left -= 1;
      else {
        open -= 1;
        if (filler !== asked) continue;
        filler = null;
        asked.released();
      }
    }
    filling = open < count && filler !== null;
    if (filling) setImmediate(fill);
  };

  return {
    fillBy(next) {
      const before = filler;
      filler = next;
      before?.released();
      if (!filling) fill();
    },
  };
}

/**
 * Sends units in order from `from` on while `goesOn` says so, as many at once as there are places, and each next one the
 * moment that an earlier one is over. Resolves when all units that were sent are over. `spent` is called when none is left to
 * send, within the call that freed a place.
 */
export function fillInOrder(
  places: Places,
  from: number,
  goesOn: (unit: number) => boolean,
  send: (unit: number, onDone: () => void) => void,
  spent: () => void = () => undefined,
): Promise<void> {
  let next = from;
  let open = 0;
  let isReleased = false;
  return new Promise((resolve) => {
    const isDone = (): void => {
      if (isReleased && open === 0) resolve();
    };
    places.fillBy({
      next(free) {
        if (isReleased) return false;
        if (!goesOn(next)) {
          spent();
          return false;
        }
        open += 1;
        next += 1;
        send(next - 1, () => {
          open -= 1;
          free();
          isDone();
        });
        return true;
      },
      released() {
        isReleased = true;
        isDone();
      },
    });
  });
}

/** Sends units `from` to `to` - 1 in order, `limit` at once. Resolves when all units that were sent are over. */
export function keepInFlight(
  from: number,
  to: number,
  limit: number,
  context: { stopped: () => boolean },
  send: (unit: number, onDone: () => void) => void,
): Promise<void> {
  return fillInOrder(createPlaces(limit), from, (unit) => unit < to && !context.stopped(), send);
}
