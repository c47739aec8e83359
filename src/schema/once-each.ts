/** Where values are kept by their keys: a Map, or a WeakMap, in which they go when their keys do. */
interface Kept<Key, Value> {
  getOrInsertComputed(key: Key, compute: (key: Key) => Value): Value;
}

/** The same function, which computes the value of a key once. Keys must not change once they were asked about. */
export function onceEach<Key, Value>(
  compute: (key: Key) => Value,
  kept: Kept<Key, Value> = new Map<Key, Value>(),
): (key: Key) => Value {
  return (key) => kept.getOrInsertComputed(key, compute);
}

/** A map that is emptied where it holds so many values: what users choose the keys of does not grow for ever. */
export class CappedMap<Key, Value> extends Map<Key, Value> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override getOrInsertComputed(key: Key, compute: (key: Key) => Value): Value {
    if (this.size >= this.#most && !this.has(key)) this.clear();
    return super.getOrInsertComputed(key, compute);
  }
}
