/** What is made ahead takes at most so many bytes: some thousand prompts of usual length. */
const MOST_BYTES = 16_777_216;
/** Made at once, when there is time for it. */
const MADE_AT_ONCE = 4;

/** First bodies of the units that are sent next, made before they are needed: sending one takes no longer than it must. */
export interface ReadyBodies {
  /** The body of a unit, which is about to be sent; made now where it is not ready. */
  take(unit: number): Buffer;
  /** Makes that of one unit. */
  prepare(unit: number): void;
  /** Makes a few of those that are next in order; true where there are more to make. */
  prepareMore(): boolean;
}

/** For units 0 to `total` - 1, which are sent in this order. `ahead` of them are made here; `prepareMore` keeps as many ready. */
export function createReadyBodies(total: number, ahead: number, make: (unit: number) => Buffer): ReadyBodies {
  const ready = new Map<number, Buffer>();
  let bytes = 0;
  let next = 0;

  const prepare = (unit: number): void => {
    if (ready.has(unit)) return;
    const body = make(unit);
    ready.set(unit, body);
    bytes += body.length;
    next = Math.max(next, unit + 1);
  };
  const isShort = (): boolean => next < total && ready.size < ahead && bytes < MOST_BYTES;
  for (let unit = 0; unit < Math.min(ahead, total); unit += 1) prepare(unit);

  return {
    take(unit) {
      const body = ready.get(unit);
      next = Math.max(next, unit + 1);
      if (body === undefined) return make(unit);
      ready.delete(unit);
      bytes -= body.length;
      return body;
    },
    prepare,
    prepareMore() {
      for (let left = MADE_AT_ONCE; left > 0 && isShort(); left -= 1) prepare(next);
      return isShort();
    },
  };
}
