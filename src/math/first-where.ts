/** The first whole number from `least` to `most` at which a condition turns from false to true, by bisection; `most` where it never does. */
export function firstWhere(least: number, most: number, holds: (at: number) => boolean): number {
  let [low, high] = [least, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
