/** Differences in per cent, and the limit that they are held to. */

/** The issue's: above it a difference has to be explained. */
export const limitPercent = 2;

export const small = (value: number | null): value is number => value !== null && Math.abs(value) <= limitPercent;

/** What is left of a difference, and whether the rounds of the two then overlap. */
export interface Found {
  difference: number | null;
  overlap: boolean;
}

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

/** Ours beside a burner in words, where that takes the difference away; else null. `left` is what was to be taken. */
export function burnerWords({ difference, overlap }: Found, left: number, cores: string, where = ""): string | null {
  if (difference === null) return null;
  // Rounds that overlap say something only where the experiment took most of the difference away.
  const most = Math.abs(difference) <= Math.abs(left) / 2;
  if (!small(difference) && !(overlap && most)) return null;
  const rounds = small(difference) ? "" : ", and the rounds overlap";
  return `CPU: ours beside a process that uses what theirs uses more differs${where} by ${signed(difference)} %${rounds}${cores}`;
}
