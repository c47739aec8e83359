/** Answers that are kept; beyond them all are forgotten, so that a long run keeps its memory. */
const MOST_KEPT = 10_000;

/** An expensive function of numbers that is often asked for the same ones: keeps up to `most` of its answers. */
export function remembered<Value>(
  dear: (...numbers: number[]) => Value,
  most = MOST_KEPT,
): (...numbers: number[]) => Value {
  const known = new Map<string, Value>();
  return (...numbers) => {
    const key = numbers.join(" ");
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = dear(...numbers);
    if (known.size >= most) known.clear();
    known.set(key, made);
    return made;
  };
}
