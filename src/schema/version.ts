/** Negative where the first is older: dotted numbers one by one, `0.9` before `0.10`; what follows the numbers does not count. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [numbersOf(one), numbersOf(other)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  return releaseOf(version).split(".").map(Number);
}

/** True of what may be a release, as `--version` prints it; false of a branch, a tag and a range: `main`, `latest`, `>=0.31`. */
export function isVersion(text: string): boolean {
  return /^\S*\d\S*$/.test(text) && !/[<>=~^*]/.test(text);
}

/** A version without what is no number of it: 0.32.0 of v0.32.0+cpu. */
export function releaseOf(version: string): string {
  return /\d+(\.\d+)*/.exec(version)?.[0] ?? "0";
}
