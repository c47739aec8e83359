import type { RatioBounds } from "../../../schema/effect.ts";

/** A minus sign, and a narrow space that does not break before %: for pages alone. */
const [MINUS, NARROW] = ["\u2212", "\u202F"];

/** A sentence with the signs and spaces of a page: `(-3.4 %)` with a minus, and no break before %. */
export function typeset(sentence: string): string {
  return sentence.replaceAll(/(?<=^|[\s([])-(?=\d)/g, MINUS).replaceAll(/(?<=\d) %/g, `${NARROW}%`);
}

/** Decimals of a column of changes: two digits of the median half-width of its intervals; one where there is none. */
export function decimalsOf(intervals: readonly (RatioBounds | null)[]): number {
  const halves = intervals
    .flatMap((one) => (one === null ? [] : [50 * (one.upper - one.lower)]))
    .filter((half) => half > 0 && Number.isFinite(half))
    .toSorted((left, right) => left - right);
  const median = halves[Math.floor(halves.length / 2)];
  return median === undefined ? 1 : Math.min(3, Math.max(0, 1 - Math.floor(Math.log10(median))));
}

/** A ratio as a change: `+24.1 %`; above +300 % as a factor. */
export function changeFigure(ratio: number, decimals: number): string {
  if (ratio > 4) return `×${ratio.toFixed(1)}`;
  return `${signedFigure(100 * (ratio - 1), decimals)}${NARROW}%`;
}

/** `[+3.7, +7.1]`. */
export function intervalFigure({ lower, upper }: RatioBounds, decimals: number): string {
  return `[${signedFigure(100 * (lower - 1), decimals)}, ${signedFigure(100 * (upper - 1), decimals)}]`;
}

export function signedFigure(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return `${value > 0 ? "+" : MINUS}${text}`;
}

/** Thousands with a comma from 1,000 on. */
export function wholeFigure(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Three decimals below 0.1, two above; never 0.000. */
export function pFigure(p: number): string {
  if (p < 0.001) return "< 0.001";
  return p.toFixed(p < 0.1 ? 3 : 2);
}
