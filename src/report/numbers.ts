import { changeText, fixedText, signedText } from "../math/figures.ts";

/** What stands where there is no value. */
export const none = "–";

/** A number with so many decimals, a point and no thousands separator; a dash where there is none. Never a negative zero. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return none;
  return fixedText(value, decimals);
}

/** With its sign, `+` too; zero has none. */
export function signed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return none;
  return signedText(value, decimals);
}

/** A ratio as the change that it is: 1.345 is `+34.50 %`. */
export function percentChange(ratio: number | null | undefined, decimals = 2): string {
  return ratio === null || ratio === undefined || !Number.isFinite(ratio) ? none : changeText(ratio, decimals);
}

/** An interval of a ratio as changes in per cent: `[+33.10, +35.92]`; empty where there is none. */
export function percentInterval(interval: { lower: number; upper: number } | null | undefined, decimals = 2): string {
  if (interval === null || interval === undefined) return "";
  return `[${signed((interval.lower - 1) * 100, decimals)}, ${signed((interval.upper - 1) * 100, decimals)}]`;
}

/** `0.012`, `≤0.001`, a dash where there is none. */
export function pText(p: number | null | undefined): string {
  if (p === null || p === undefined) return none;
  return p < 0.001 ? "≤0.001" : p.toFixed(3);
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
