/** Of a name's length, so much may be wrong for another name to be what was meant. */
const wrongShare = 0.4;

/** The choice that was most likely meant; null where none is near. A flag's spelling (`--max-num-seqs`) counts as the name. */
export function nearest(name: string, choices: Iterable<string>): string | null {
  const asked = plainWord(name);
  let best: string | null = null;
  // A single letter that is wrong tells nothing of what was meant.
  const mostWrong = asked.length < 2 ? 0 : Math.max(1, Math.floor(asked.length * wrongShare));
  let bestDistance = mostWrong + 1;
  for (const choice of choices) {
    const distance = editDistance(asked, plainWord(choice), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [choice, distance];
  }
  return best;
}

/** "did you mean …?" where a name is near, else the choices; `always` adds the choices to the question too. */
export function meant(name: string, choices: Iterable<string>, always = false): string {
  const all = [...choices];
  const near = nearest(name, all);
  const question = near === null ? [] : [`did you mean \`${near}\`?`];
  const list = all.length > 0 && (always || near === null) ? [`choices: ${listed(all)}`] : [];
  return [...question, ...list].join(" ");
}

/** At most so many choices are listed in a message. */
const mostListed = 12;

export function listed(names: Iterable<string>): string {
  const all = [...names];
  const shown = all.slice(0, mostListed).join(", ");
  return all.length > mostListed ? `${shown}, … (${all.length} in all)` : shown;
}

/** A name without the ways in which its spelling differs: dashes, and upper case. */
export function plainWord(name: string): string {
  return name.toLowerCase().replace(/^-+/, "").replaceAll("-", "_");
}

/** Optimal string alignment distance: insertions, deletions, replacements and swapped neighbours. At or above `limit` any number at least `limit`. */
export function editDistance(one: string, other: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(one.length - other.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + Number(!same),
      );
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}
