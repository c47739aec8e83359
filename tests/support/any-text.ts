import * as fc from "fast-check";

/** Inputs of a property that are tried: so many at every run of the tests, all that is asked for with `npm run soak:properties`. */
const asked = process.env["CETERIS_PROPERTY_INPUTS"];
/** A property may take so long at most in the long form, in ms. */
export const longestMs = 7_200_000;
const usual = 20_000;

/**
 * Tries a property on `inputs` inputs: 20,000, and fewer where a reader is slow. The long form (CETERIS_PROPERTY_INPUTS) tries as
 * many as it says, or the same share of them. The same inputs at every run of the tests, others in the long form.
 */
export async function expectAll<Value>(
  input: fc.Arbitrary<Value>,
  holds: (value: Value) => unknown,
  inputs = usual,
): Promise<void> {
  const numRuns = asked === undefined ? inputs : Math.ceil((Number(asked) * inputs) / usual);
  const options = { numRuns, ...(asked === undefined ? { seed: 42 } : {}) };
  // What answers with a promise costs fast-check ten times as much.
  const [first] = fc.sample(input, { numRuns: 1, seed: 42 });
  const isAsync = holds(first as Value) instanceof Promise;
  if (isAsync)
    await fc.assert(
      fc.asyncProperty(input, async (value) => void (await holds(value))),
      options,
    );
  else
    fc.assert(
      fc.property(input, (value) => void holds(value)),
      options,
    );
  if (asked !== undefined) console.info(`${numRuns} inputs`);
}

/** Numbers from 0 to 1, exclusively, that follow from a seed. */
type Random = () => number;

/** Mulberry32 (public domain). Values that are made by it cost a hundredth of fast-check's own, and are not shrunk: they are short. */
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function made<Value>(make: (random: Random) => Value): fc.Arbitrary<Value> {
  return fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 })).map((seed) => make(randomOf(seed)));
}

function oneOf<Value>(random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)]!;
}

const oddWords = [
  " ",
  "\n",
  "\t",
  "\r",
  "0",
  "-1",
  "1e999",
  "\0",
  "\u{FEFF}",
  "\u202E",
  "é",
  "👩‍💻",
  "\uD800",
  "'",
  '"',
  "\\",
];

function textWith(random: Random, words: readonly string[], most: number): string {
  const word = (): string => (random() < 0.8 ? oneOf(random, words) : oneOf(random, oddWords));
  // One word over and over: what grows faster than the text shows here.
  if (random() < 0.02)
    return word()
      .repeat(1 + Math.floor(random() * 3000))
      .slice(0, 6000);
  let text = "";
  for (let left = Math.floor(random() * (most + 1)); left > 0; left -= 1) text += word();
  return text;
}

/** Any text, mostly one that is made of the words of a format: then what is odd stands where a reader looks. */
export function textOf(words: readonly string[], most = 20): fc.Arbitrary<string> {
  return made((random) => textWith(random, words, most));
}

const oddValues: readonly unknown[] = [null, true, false, 0, -1, 1.5, 1e308, "", "a", "__proto__"];

/** JSON of any shape, with these names and values in it. */
export function jsonWith(names: readonly string[], values: readonly unknown[] = []): fc.Arbitrary<unknown> {
  const node = (random: Random, deep: number): unknown => {
    const kind = random();
    if (deep === 0 || kind < 0.35) return oneOf(random, random() < 0.6 && values.length > 0 ? values : oddValues);
    const count = Math.floor(random() * 5);
    if (kind < 0.55) return Array.from({ length: count }, () => node(random, deep - 1));
    const name = (): string =>
      random() < 0.95 ? oneOf(random, names) : oneOf(random, ["__proto__", "constructor", ""]);
    return Object.fromEntries(Array.from({ length: count + 1 }, () => [name(), node(random, deep - 1)]));
  };
  return made((random) => node(random, 4));
}

/** A text with a piece taken out or put in at up to three places: a file that was cut, edited or broken. */
export function damagedText(whole: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      whole,
      made((random) => random),
    )
    .map(([text, random]) => {
      let now = text;
      for (let left = Math.floor(random() * 4); left > 0; left -= 1) {
        const at = Math.floor(random() * now.length);
        now =
          now.slice(0, at) +
          textWith(random, ["{", "}", "[", "]", '"', ",", ":", "0", "é"], 2) +
          now.slice(at + Math.floor(random() * 7));
      }
      return now;
    });
}

/** What some work gives, which fails where it takes more CPU time than so many ms: far above its need, far below what never ends. */
export function within<Value>(ms: number, work: () => Value): Value {
  const before = process.cpuUsage();
  const value = work();
  const tookMs = process.cpuUsage(before).user / 1000;
  if (tookMs > ms) throw new Error(`took ${tookMs.toFixed(0)} ms`);
  return value;
}
