import type { RatioBounds } from "../schema/effect.ts";

/** A share in per cent: `2 %`, `0.4 %`. */
export function percentText(share: number): string {
  return `${figureText(share * 100)} %`;
}

/** At most three significant digits, and whole numbers as they are. */
export function figureText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

/** A ratio as a change with its sign and one decimal: `+8.1 %`. */
export function changeText(ratio: number): string {
  return `${signed(ratio)} %`;
}

/** `+6.9 to +9.3`, in per cent. */
export function boundsText({ lower, upper }: RatioBounds): string {
  return `${signed(lower)} to ${signed(upper)}`;
}

function signed(ratio: number): string {
  const text = Math.abs((ratio - 1) * 100).toFixed(1);
  if (Number(text) === 0) return text;
  return `${ratio < 1 ? "-" : "+"}${text}`;
}

/** `p 0.012`, and `p ≤ 0.001` below: no sign that markdown would have to escape. */
export function pText(p: number): string {
  return p < 0.001 ? "p ≤ 0.001" : `p ${p.toFixed(3)}`;
}

/** `1 block`, `3 blocks`. */
export function countText(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
