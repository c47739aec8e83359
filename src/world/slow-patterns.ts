import { withinTime } from "./within-time.ts";

/** Characters. Long enough for a time that grows with the cube of the length to show, short enough for all else to take no time. */
const probeLength = 1000;
/** What all patterns of a file may take together (200 take 40 ms), before each is tried alone. */
const allMs = 200;
const mostUnits = 10;

/**
 * Those of some regular expressions that may take seconds on one line of a log: found by trying each on lines that repeat its
 * own letters and words and end in what matches nothing. Patterns that are none are passed over. `oneMs` is what one may take
 * on all its probes.
 */
export function slowPatterns(patterns: readonly string[], oneMs = 500): ReadonlySet<string> {
  const tried = [...new Set(patterns)].flatMap((pattern) => {
    const regex = compiled(pattern);
    return regex === null ? [] : [{ pattern, regex, probes: probesOf(pattern) }];
  });
  const isQuick = (some: typeof tried, ms: number): boolean =>
    withinTime(ms, () => {
      for (const { regex, probes } of some) for (const probe of probes) regex.test(probe);
      return true;
    }) === true;
  if (isQuick(tried, allMs)) return new Set();
  return new Set(tried.filter((one) => !isQuick([one], oneMs)).map(({ pattern }) => pattern));
}

function compiled(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, "i");
  } catch {
    return null;
  }
}

/**
 * Lines on which a pattern that can backtrack does: its letters and its words over and over, with blanks between them and behind
 * what it begins with, before an end that it does not take.
 */
function probesOf(pattern: string): string[] {
  const bare = pattern.replaceAll(/\\[a-zA-Z]/g, "").replaceAll(/[\\^$()[\]{}|?*+]/g, "\0");
  const words = bare.split(/[\0.:]+/).filter((word) => word.length > 1);
  const letters = [
    "a",
    "0",
    " ",
    ...bare.replaceAll(/[\0\w]/g, "").split(""),
    ...(bare.match(/\w/g) ?? []).slice(0, 8),
  ];
  const units = new Set([...words.slice(0, 4).map((word) => `${word}  `), ...letters, ...words.slice(0, 4)]);
  const begins = ["", words[0] ?? "", bare.replaceAll("\0", "").slice(0, 1)];
  return [...new Set(begins)].flatMap((begin) =>
    [...units].slice(0, mostUnits).map((unit) => {
      const repeated = unit.repeat(Math.ceil(probeLength / unit.length));
      return `${begin}${repeated.slice(0, probeLength - begin.length)}\u0001`;
    }),
  );
}
