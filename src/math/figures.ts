/** Figures as sentences and tables show them. */

/** Three significant digits; whole numbers, and the whole part of a large one, as they are. */
export function figureText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** A share in per cent: `2 %`, `0.4 %`; with so many decimals where their number is given. */
export function percentText(share: number, decimals?: number): string {
  return `${decimals === undefined ? figureText(share * 100) : (share * 100).toFixed(decimals)} %`;
}

/** The share of the requests that must keep a limit, in per cent: `99 %`, `99.95 %`. */
export function leastShareText(share: number): string {
  return `${withoutRounding(share * 100)} %`;
}

const MOST_DECIMALS = 6;

/** Decimals, `fewest` at least, with which no figure in per cent reads as the share that it misses or exceeds: 98.97 has two beside 0.99. */
export function decimalsBeside(share: number, percents: readonly number[], fewest = 1): number {
  const limit = withoutRounding(share * 100);
  const isTold = (percent: number, decimals: number): boolean =>
    Math.sign(Number(percent.toFixed(decimals)) - limit) === Math.sign(withoutRounding(percent) - limit);
  let decimals = fewest;
  while (decimals < MOST_DECIMALS && !percents.every((percent) => isTold(percent, decimals))) decimals += 1;
  return decimals;
}

/** 57 of 100 × 0.57, which a computer has as 56.99999999999999. */
function withoutRounding(percent: number): number {
  return Number(percent.toPrecision(12));
}

/** With so many decimals; never a negative zero. */
export function fixedText(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** The same with its sign, `+` too; zero has none. */
export function signedText(value: number, decimals: number): string {
  const text = fixedText(value, decimals);
  return Number(text) > 0 ? `+${text}` : text;
}

/** From this ratio on, +300 %, a change is said as a factor. */
const FACTOR_FROM = 4;

/** A ratio as the change that it is: 1.0812 is `+8.1 %`; above +300 % `×5.1`. */
export function changeText(ratio: number, decimals = 1): string {
  return ratio > FACTOR_FROM ? factorText(ratio) : `${signedText((ratio - 1) * 100, decimals)} %`;
}

/** The bounds of a ratio in the form of their middle, which is that of the ratio: changes in per cent, `+6.9` and `+9.3`, or factors. */
export function boundTexts({ lower, upper }: { lower: number; upper: number }, decimals = 1): [string, string] {
  const isFactor = lower * upper > FACTOR_FROM ** 2;
  const textOf = (bound: number): string => (isFactor ? factorText(bound) : signedText((bound - 1) * 100, decimals));
  return [textOf(lower), textOf(upper)];
}

/** The same in a sentence: `+6.9 to +9.3`, `×4.6 to ×5.0`. */
export function boundsText(bounds: { lower: number; upper: number }): string {
  return boundTexts(bounds).join(" to ");
}

function factorText(ratio: number): string {
  return `×${ratio.toFixed(1)}`;
}

/** Three decimals below 0.1, two above; `≤ 0.001`, never 0.000: no sign that markdown would have to escape. */
export function pFigure(p: number): string {
  return p < 0.001 ? "≤ 0.001" : p.toFixed(p < 0.1 ? 3 : 2);
}

/** `p 0.012`, as sentences have it. */
export function pText(p: number): string {
  return `p ${pFigure(p)}`;
}

/** `1 block`, `3 blocks`; a plural that is not made with an `s` is given. */
export function countText(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Names in a message, each once. */
export function eachOnce(names: readonly string[]): string {
  return [...new Set(names)].join(", ");
}

/** The first few names, and how many more there are: `a, b, 3 more`. */
export function firstNames(names: readonly string[], most: number): string[] {
  return names.length > most ? [...names.slice(0, most), `${names.length - most} more`] : [...names];
}

/** Names in a message: the first 40, and a sign that there are more. */
export function namesText(names: readonly string[]): string {
  const most = 40;
  return `${names.slice(0, most).join(", ")}${names.length > most ? ", …" : ""}`;
}

/** The parts of a text that are there; what is false or null is left out. */
export function saidOf(...parts: readonly (string | false | null)[]): string[] {
  return parts.filter((part) => typeof part === "string");
}

/** `a, b and 3 others`: of more than `most` names the first, and how many there are beside them. */
export function someText(names: readonly string[], most: number): string {
  const more = names.length - most;
  return listText(more > 0 ? [...names.slice(0, most), countText(more, "other")] : names);
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly (string | number)[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
