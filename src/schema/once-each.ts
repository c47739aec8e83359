/** Where values are kept by their keys: a Map, or a WeakMap, in which they go when their keys do. */
interface Kept<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** The same function, which computes the value of a key once. Keys must not change once they were asked about. */
export function onceEach<Key, Value extends object | string | number | boolean | null>(
  compute: (key: Key) => Value,
  kept: Kept<Key, Value> = new Map<Key, Value>(),
): (key: Key) => Value {
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const value = compute(key);
    kept.set(key, value);
    return value;
  };
}
