/**
 * Seeded random numbers: xoshiro128** with 32-bit arithmetic, so that a seed gives the same numbers on
 * every machine. Source: D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators",
 * ACM Transactions on Mathematical Software 47(4), 2021, and https://prng.di.unimi.it/xoshiro128starstar.c
 * (public domain); period 2^128 - 1. Not for secrets.
 */

/**
 * A stream of random numbers. Each function says how many uniform draws it takes from the stream; none
 * uses `this`, so each can be passed on by itself.
 */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2^-53; one draw. */
  readonly next: () => number;
  /**
   * A whole number, uniform in [0, max) without bias; one draw, seldom more.
   * @throws RangeError where max is not a whole number from 1 to 2^53 - 1
   */
  readonly integer: (max: number) => number;
  /** Normal with mean 0 and variance 1; two draws. */
  readonly normal: () => number;
  /** Exponential with the given rate (events per unit), mean 1 / rate; one draw. */
  readonly exponential: (rate: number) => number;
  /** exp of a normal with mean mu and standard deviation sigma (both of the logarithm); two draws. */
  readonly lognormal: (mu: number, sigma: number) => number;
  /** Gamma with mean shape · scale and variance shape · scale²; an unfixed number of draws. */
  readonly gamma: (shape: number, scale: number) => number;
  /** A new array with the same items in an order uniform among all; one draw an item, seldom more. */
  readonly shuffle: <T>(items: readonly T[]) => T[];
  /**
   * An independent stream, fixed by this stream's seed and the label alone: how much was drawn from
   * this one before does not matter, so that adding a consumer leaves the others' numbers as they were.
   */
  readonly fork: (label: string) => Random;
  /** Where the stream stands: `resumeRandom` goes on from there. No draw. */
  readonly state: () => Xoshiro128State;
}

/** The four 32-bit words of a generator; not all zero. */
export type Xoshiro128State = readonly [number, number, number, number];

/** Makes a stream from a seed. A number and its decimal text (7 and "7") are the same seed. */
export function createRandom(seed: string | number): Random {
  return fromPath(encode(String(seed)));
}

/** Goes on where a stream stood, with the same numbers. Its forks are its own: not those of the stream it was taken from. */
export function resumeRandom(state: Xoshiro128State): Random {
  return fromWords(xoshiro128(state), encode(state.join(" ")));
}

/** A raw generator: each call gives the next whole number of 32 bits, 0 to 2^32 - 1. */
export interface Xoshiro128 {
  (): number;
  /** What the next call starts from. */
  state: () => Xoshiro128State;
}

export function xoshiro128(state: Xoshiro128State): Xoshiro128 {
  let [a, b, c, d] = state;
  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
  return Object.assign(next, { state: (): Xoshiro128State => [a, b, c, d] });
}

/** A stream whose seed and labels, in order, are the path. */
function fromPath(path: string): Random {
  return fromWords(xoshiro128(hashToState(path)), path);
}

function fromWords(word: Xoshiro128, path: string): Random {
  /** 53 bits: the whole of one word and the upper 21 of the next. */
  const draw = (): number => word() * 2 ** 21 + (word() >>> 11);
  const next = (): number => draw() * 2 ** -53;

  const integer = (max: number): number => {
    if (!(Number.isSafeInteger(max) && max >= 1)) throw new RangeError(`random integer below ${max}`);
    // Draws above the last whole multiple of max would favour small results.
    const limit = 2 ** 53 - (2 ** 53 % max);
    let value = draw();
    while (value >= limit) value = draw();
    return value % max;
  };

  // G. E. P. Box and M. E. Muller, Annals of Mathematical Statistics 29, 1958. The second value that
  // the two draws would give is not kept: a stream's state is then its generator's and nothing more.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

  const exponential = (rate: number): number => -Math.log(1 - next()) / rate;

  const lognormal = (mu: number, sigma: number): number => Math.exp(mu + sigma * normal());

  // G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM Transactions
  // on Mathematical Software 26(3), 2000; its section 6 for shapes below 1.
  const gamma = (shape: number, scale: number): number => {
    if (shape < 1) return gamma(shape + 1, scale) * (1 - next()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - next()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v * scale;
    }
  };

  // R. Durstenfeld, "Algorithm 235: Random permutation", Communications of the ACM 7(7), 1964.
  const shuffle = <T>(items: readonly T[]): T[] => {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = integer(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
    }
    return shuffled;
  };

  const fork = (label: string): Random => fromPath(path + encode(label));

  return { next, integer, normal, exponential, lognormal, gamma, shuffle, fork, state: word.state };
}

/** With its length before it, so that no two lists of labels make the same path. */
function encode(text: string): string {
  return `${text.length}:${text}`;
}

/**
 * Four words from a text, each bit depending on every character.
 * Source: the mixing steps of A. Appleby's MurmurHash3_x86_32 (public domain) over UTF-16 units, once
 * for each word from another start.
 */
function hashToState(text: string): Xoshiro128State {
  // Starts: the first 128 bits of π's fraction. A text that hashed to four zeros would break the
  // generator, so the last bit is always set.
  return [hash(text, 0x243f6a88), hash(text, 0x85a308d3), hash(text, 0x13198a2e), hash(text, 0x03707344) | 1];
}

function hash(text: string, start: number): number {
  let value = start;
  for (let at = 0; at < text.length; at++) {
    const unit = Math.imul(rotateLeft(Math.imul(text.charCodeAt(at), 0xcc9e2d51), 15), 0x1b873593);
    value = Math.imul(rotateLeft(value ^ unit, 13), 5) + 0xe6546b64;
  }
  value ^= text.length;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
