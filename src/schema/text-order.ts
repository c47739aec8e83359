/** Compares two texts by UTF-16 code units: the same order on every machine, whatever its language. */
export function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** The members of a map in the order of their names. */
export function entriesByName<Value>(members: { readonly [name: string]: Value }): [name: string, value: Value][] {
  return Object.entries(members).toSorted(([one], [other]) => compareTexts(one, other));
}
