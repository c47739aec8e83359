/**
 * What LoadGen draws. The C++ standard fixes the generator, and leaves these to the library that LoadGen was built with: a
 * log's `loaded_qsl_set` tells which one it was. libc++ and MSVC give other orders again, and are not here.
 */
import { NS_PER_S } from "../units.ts";
import { mt19937, type Words } from "./mt19937.ts";

/** libstdc++ as of GCC 11, and before it (as in a wheel for old systems). They differ in whole numbers alone, so in orders and not in schedules. */
export const standardLibraries = ["libstdc++-11", "libstdc++-10"] as const;
export type StandardLibrary = (typeof standardLibraries)[number];

/** One of LoadGen's generators with the library's way to draw from it. */
export interface Draws {
  words: Words;
  /** A whole number, uniform in [0, range), range from 1 to 2^32 - 1: `std::uniform_int_distribution`. */
  below: (range: number) => number;
}

/** A stream from a decimal seed. */
export function drawsOf(seed: string, library: StandardLibrary): Draws {
  const words = mt19937(BigInt(seed));
  const rule = wholeNumbers[library];
  return { words, below: (range) => rule(words, range) };
}

const wholeNumbers: Readonly<Record<StandardLibrary, (words: Words, range: number) => number>> = {
  "libstdc++-11": byProduct,
  "libstdc++-10": byQuotient,
};

const WORD = 2 ** 32;

/** D. Lemire, "Fast random integer generation in an interval", ACM Transactions on Modeling and Computer Simulation 29(1), 2019. */
function byProduct(words: Words, range: number): number {
  let word = words();
  let low = Math.imul(word, range) >>> 0;
  if (low < range) {
    const threshold = (WORD - range) % range;
    while (low < threshold) {
      word = words();
      low = Math.imul(word, range) >>> 0;
    }
  }
  return upperWord(word, range);
}

/** The range goes so often into 2^32 - 1: words beyond the last whole multiple are drawn again. */
function byQuotient(words: Words, range: number): number {
  const scale = Math.floor((WORD - 1) / range);
  let word = words();
  while (word >= range * scale) word = words();
  return Math.floor(word / scale);
}

/** The upper 32 bits of the 64-bit product of two 32-bit numbers. */
function upperWord(left: number, right: number): number {
  const leftLow = left & 0xffff;
  const leftHigh = left >>> 16;
  const rightLow = right & 0xffff;
  const rightHigh = right >>> 16;
  const middle = leftHigh * rightLow + Math.floor((leftLow * rightLow) / 0x10000);
  const carried = leftLow * rightHigh + (middle % 0x10000);
  return leftHigh * rightHigh + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000);
}

/** `std::shuffle`, in place, of items `from` to `to` (excluded): two places from one number where the range allows it. */
export function shuffle(items: Uint32Array, { below }: Draws, from = 0, to = items.length): void {
  const count = to - from;
  if (count === 0) return;
  const swap = (left: number, right: number): void => {
    const kept = items[from + left]!;
    items[from + left] = items[from + right]!;
    items[from + right] = kept;
  };
  if (Math.floor((WORD - 1) / count) < count) {
    for (let index = 1; index < count; index++) swap(index, below(index + 1));
    return;
  }
  let index = 1;
  if (count % 2 === 0) swap(index++, below(2));
  while (index < count) {
    const range = index + 1;
    const both = below(range * (range + 1));
    swap(index++, Math.floor(both / (range + 1)));
    swap(index++, both % (range + 1));
  }
}

/** A double in [0, 1) of two words, the lower first: `std::generate_canonical<double, 53>`. */
function canonical(words: Words): number {
  const low = words();
  const value = (low + words() * WORD) / (WORD * WORD);
  return value < 1 ? value : 1 - 2 ** -53;
}

/** The gap to the next arrival of a Poisson process, whole nanoseconds, cut and not rounded: `std::exponential_distribution` of that rate a second. */
export function exponentialNs({ words }: Pick<Draws, "words">, perSecond: number): number {
  return Math.trunc((exponential({ words }) / perSecond) * NS_PER_S);
}

/** The same of mean 1, before it is divided by a rate. */
export function exponential({ words }: Pick<Draws, "words">): number {
  return -Math.log(1 - canonical(words));
}
