import { fail, succeed, type Result } from "../schema/result.ts";

/** A value of `mlperf_log_detail.txt`. Whole numbers beyond 2^53 are bigint; `nan` and `inf`, which LoadGen prints bare, are numbers. */
export type LoadgenValue = null | boolean | number | bigint | string | LoadgenValue[] | { [key: string]: LoadgenValue };

/** A value as a text; null of lists, maps and nothing. */
export function scalarText(value: LoadgenValue | undefined): string | null {
  return value === undefined || typeof value === "object" ? null : String(value);
}

/** One line of the detail log. */
export interface LoadgenLine {
  key: string;
  value: LoadgenValue;
  timeMs: number;
  isError: boolean;
  isWarning: boolean;
  /** Line of the file, from 1. */
  line: number;
}

/** `mlperf_log_detail.txt`, in its order; a key may come several times. */
export interface LoadgenDetail {
  lines: LoadgenLine[];
  /** The last value of a key, undefined where it is not there: keys come and go with LoadGen's version. */
  last: (key: string) => LoadgenValue | undefined;
  all: (key: string) => LoadgenValue[];
}

/** `mlperf_log_summary.txt`: figures under the labels that LoadGen prints, blanks around them and the colon left out. */
export interface LoadgenSummary {
  /** `VALID`, `INVALID`; null of an accuracy run, which has no result. */
  result: string | null;
  /** Label to text, in the file's order; a label that comes twice (`Completed tokens per second`) has both. */
  figures: Map<string, string[]>;
  recommendations: string[];
  /** The lines below `TTFT Early Stopping Result:` and `TPOT …`, or `Early Stopping Result:` under the empty name. */
  earlyStopping: Map<string, string[]>;
  /** As the last lines count them. */
  warnings: number;
  errors: number;
}

const PREFIX = ":::MLLOG ";

/**
 * Reads `mlperf_log_detail.txt`. Lines that do not start with `:::MLLOG` are passed over, as in logs that others wrote into.
 * Fails where no line or a broken one is found, naming the line.
 */
export function parseLoadgenDetail(text: string): Result<LoadgenDetail> {
  const lines: LoadgenLine[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (!line.startsWith(PREFIX)) continue;
    const entry = entryOf(line.slice(PREFIX.length));
    if (entry === null) {
      const hint = "The file is cut off or edited: take it from where it was written.";
      return fail("broken-log", `line ${index + 1} is not a log line of LoadGen's`, hint);
    }
    lines.push({ ...entry, line: index + 1 });
  }
  if (lines.length === 0) {
    return fail("no-log", "no line starts with :::MLLOG", "Name a file called mlperf_log_detail.txt.");
  }
  const all = (key: string) => lines.filter((line) => line.key === key).map(({ value }) => value);
  return succeed({ lines, all, last: (key) => all(key).at(-1) });
}

function entryOf(json: string): Omit<LoadgenLine, "line"> | null {
  let entry: LoadgenValue;
  try {
    entry = parseValue(json);
  } catch {
    return null;
  }
  if (!isMap(entry)) return null;
  const { key, value, time_ms: timeMs, metadata } = entry;
  if (typeof key !== "string" || value === undefined || typeof timeMs !== "number") return null;
  const flags = isMap(metadata) ? metadata : {};
  return { key, value, timeMs, isError: flags["is_error"] === true, isWarning: flags["is_warning"] === true };
}

function isMap(value: LoadgenValue | undefined): value is { [key: string]: LoadgenValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A number that JSON lacks, as C++ prints it, where a value stands. */
const bareNumber = /(?<=": )(-?)(nan|inf)(?=[,}])/g;

function parseValue(json: string): LoadgenValue {
  const quoted = json.replaceAll(bareNumber, (_, sign: string, word: string) => `"\\u0000${sign}${word}"`);
  return JSON.parse(quoted, (_key, value: LoadgenValue, context?: { source?: string }) => {
    if (typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")) {
      return BigInt(context?.source ?? 0);
    }
    if (typeof value !== "string" || !value.startsWith("\u0000")) return value;
    const size = value.endsWith("inf") ? Infinity : NaN;
    return value.includes("-") ? -size : size;
  }) as LoadgenValue;
}

/** Reads `mlperf_log_summary.txt` of any LoadGen: labels are taken as they stand. Fails where it is none. */
export function parseLoadgenSummary(text: string): Result<LoadgenSummary> {
  const summary: LoadgenSummary = {
    result: null,
    figures: new Map(),
    recommendations: [],
    earlyStopping: new Map(),
    warnings: 0,
    errors: 0,
  };
  let counted = false;
  let list: string[] | null = null;
  for (const line of text.split("\n")) {
    const counts = /^(No|\d+) (warning|error)s? encountered/i.exec(line);
    const heading = /^(?:(\w+) )?(Recommendations|Early Stopping Result):$/i.exec(line.trim());
    const figure = figureOf(line);
    if (counts !== null) {
      const [, number = "", noun = ""] = counts;
      counted = true;
      summary[`${noun.toLowerCase() as "warning" | "error"}s`] = number === "No" ? 0 : Number(number);
    } else if (heading !== null) {
      list = heading[2] === "Recommendations" ? summary.recommendations : [];
      if (list !== summary.recommendations) summary.earlyStopping.set(heading[1] ?? "", list);
    } else if (list !== null && (line.startsWith(" ") || line.startsWith("*"))) {
      list.push(line.trim());
    } else if (figure !== null) {
      list = null;
      const { label, value } = figure;
      summary.figures.set(label, [...(summary.figures.get(label) ?? []), value]);
    }
  }
  if (!counted && summary.figures.size === 0) {
    return fail("no-log", "this is not a summary of LoadGen's", "Name a file called mlperf_log_summary.txt.");
  }
  summary.result = summary.figures.get("Result is")?.[0] ?? null;
  return succeed(summary);
}

/** `label : value`, without the blanks around them; null where a line is no such thing. */
function figureOf(line: string): { label: string; value: string } | null {
  const colon = line.indexOf(":");
  const label = line.slice(0, Math.max(0, colon)).trim();
  return label === "" || label.includes("*") ? null : { label, value: line.slice(colon + 1).trim() };
}
