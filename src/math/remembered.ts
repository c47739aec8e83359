/** Answers that are kept; beyond them all are forgotten, so that a long run keeps its memory. */
const MOST_KEPT = 10_000;

/** A function of numbers that is dear and is asked for the same again: what it answered is kept, as many answers as `most`. */
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
