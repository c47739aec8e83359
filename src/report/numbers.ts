import { boundTexts, changeText, figureText, fixedText, pFigure, signedText } from "../math/figures.ts";
import type { RatioBounds } from "../schema/effect.ts";

/** What stands where there is no value. */
export const none = "–";

/** A number with so many decimals, a comma between thousands; a dash where there is none. Never a negative zero. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return none;
  return withThousands(fixedText(value, decimals));
}

/** A figure as sentences have it, three significant digits: `0.037`, `12.4`, `8,123`; a dash where there is none. */
export function rounded(value: number | null): string {
  return value === null || !Number.isFinite(value) ? none : withThousands(figureText(value));
}

/** With its sign, `+` too; zero has none. */
export function signed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return none;
  return withThousands(signedText(value, decimals));
}

/** A ratio as the change that it is: 1.345 is `+34.50 %`; above +300 % `×5.1`. */
export function percentChange(ratio: number | null | undefined, decimals = 2): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return none;
  return withThousands(changeText(ratio, decimals));
}

/** An interval of a ratio as changes in per cent, `[+33.10, +35.92]`, or of a factor, `[×4.6, ×5.0]`; empty where there is none. */
export function percentInterval(interval: RatioBounds | null | undefined, decimals = 2): string {
  if (interval === null || interval === undefined) return "";
  return `[${boundTexts(interval, decimals).map(withThousands).join(", ")}]`;
}

/** A cell; a dash where there is none. */
export function pText(p: number | null | undefined): string {
  return p === null || p === undefined ? none : pFigure(p);
}

/** Decimals of a column: two digits of the median half-width of its intervals; null where there is none. */
export function decimalsOf(halfWidths: readonly number[]): number | null {
  const halves = halfWidths.filter((half) => half > 0 && Number.isFinite(half)).toSorted((left, right) => left - right);
  const median = halves[Math.floor(halves.length / 2)];
  return median === undefined ? null : Math.min(3, Math.max(0, 1 - Math.floor(Math.log10(median))));
}

/** Decimals of changes in per cent, from the intervals of their ratios; one where nothing was repeated. */
export function changeDecimals(intervals: readonly (RatioBounds | null)[]): number {
  return decimalsOf(intervals.flatMap((one) => (one === null ? [] : 50 * (one.upper - one.lower)))) ?? 1;
}

/**
 * Figures as pages and markdown write them: a minus sign for the hyphen, and a narrow space that does not break before %. Terminals,
 * data and what is copied keep the hyphen.
 */
export function typeset(figures: string): string {
  return figures.replaceAll(/(?<=^|[\s([])-(?=\d)/g, "\u2212").replaceAll(/(?<=\d) %/g, "\u202F%");
}

/** A comma between thousands of a number as it is written. */
export function withThousands(digits: string): string {
  return digits.replaceAll(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
}

/** A cell of any table: whole numbers as they are, others with six significant digits and no trailing zeros. */
export function plain(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}

/** 1 to ¹, 12 to ¹²: a mark that every renderer of markdown shows. */
export function superscript(mark: number): string {
  return String(mark).replaceAll(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "");
}

/** `1 h 05 min`, `3 min 20 s`, `45 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
