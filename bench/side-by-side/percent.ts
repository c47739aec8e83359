/** Differences in per cent, and the limit that they are held to. */

/** Above it a difference has to be explained. */
export const limitPercent = 2;

export const small = (value: number | null): value is number => value !== null && Math.abs(value) <= limitPercent;

/** b ÷ a − 1. */
export function percent(a: number | null, b: number | null): number | null {
  return a === null || b === null || a === 0 ? null : (b / a - 1) * 100;
}

export function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(1)}`;
}

export function rangeOf(values: readonly (number | null)[]): [number, number] | null {
  const found = values.filter((value) => value !== null);
  return found.length === 0 ? null : [Math.min(...found), Math.max(...found)];
}

export function overlaps(a: [number, number] | null, b: [number, number] | null): boolean {
  return a !== null && b !== null && a[0] <= b[1] && b[0] <= a[1];
}
