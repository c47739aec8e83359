/** First bodies of the units that are sent next, made before they are needed: sending one takes no longer than it must. */
export interface ReadyBodies {
  /** The body of a unit, which is about to be sent; made now where it is not ready. */
  take(unit: number): Buffer;
  /** Makes that of one unit. */
  prepare(unit: number): void;
}

/** The bodies of the first `ahead` units are made here, so that the first burst leaves at once. */
export function createReadyBodies(ahead: number, make: (unit: number) => Buffer): ReadyBodies {
  const ready = new Map<number, Buffer>();
  for (let unit = 0; unit < ahead; unit += 1) ready.set(unit, make(unit));
  return {
    take(unit) {
      const body = ready.get(unit) ?? make(unit);
      ready.delete(unit);
      return body;
    },
    prepare(unit) {
      if (!ready.has(unit)) ready.set(unit, make(unit));
    },
  };
}
