import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseLoadgenDetail, parseLoadgenSummary } from "../../src/importers/loadgen-log.ts";
import type { LoadgenDetail, LoadgenSummary } from "../../src/importers/loadgen-log.ts";

/** Runs of the official LoadGen 6.0.17 (`tests/fixtures/README.md`). */
export const loadgenFixtures = join(import.meta.dirname, "../fixtures/loadgen-6.0.17");

/** One run of LoadGen's, as its folder holds it. */
export interface LoadgenRun {
  name: string;
  folder: string;
  summary: LoadgenSummary;
  /** Null where the summary alone was published. */
  detail: LoadgenDetail | null;
}

/** Every run below a folder, by name. */
export function loadgenRuns(root: string): LoadgenRun[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("mlperf_log_summary.txt"))
    .toSorted()
    .map((path) => {
      const folder = dirname(join(root, path));
      const summary = parseLoadgenSummary(readFileSync(join(root, path), "utf8"));
      const file = join(folder, "mlperf_log_detail.txt");
      const detail = existsSync(file) ? parseLoadgenDetail(readFileSync(file, "utf8")) : null;
      if (!summary.ok || (detail !== null && !detail.ok)) throw new Error(`cannot read ${path}`);
      return { name: relative(root, folder), folder, summary: summary.value, detail: detail?.value ?? null };
    });
}

/** A number that a detail log holds. */
export function figureOf(detail: LoadgenDetail, key: string): number {
  const value = detail.last(key);
  if (typeof value !== "number") throw new Error(`the log has no figure ${key}`);
  return value;
}

/** The open interval of numbers that print as this text, to so many digits behind the point or of six significant ones. */
export function printedAs(text: string): { from: number; to: number } {
  const value = Number(text);
  const decimals = text.includes("e") ? 5 - Math.floor(Math.log10(Math.abs(value))) : sixDigits(text, value);
  const half = 0.5 * 10 ** -decimals;
  return { from: value - half, to: value + half };
}

function sixDigits(text: string, value: number): number {
  const written = text.split(".")[1]?.length ?? 0;
  // A stream leaves zeros at the end out: six significant digits were meant, or the two decimals of the summary.
  const meant = Math.max(0, 5 - Math.floor(Math.log10(Math.abs(value))));
  return written === 2 ? 2 : Math.max(written, meant);
}

/** One answer of `mlperf_log_accuracy.json`. */
interface LoadgenAnswer {
  /** Place in the order of issue. */
  sequence: number;
  /** Index into the data set. */
  sample: number;
  /** The bytes in upper-case hexadecimal, as they stand. */
  data: string;
}

/**
 * Reads `mlperf_log_accuracy.json`. What submitters publish of a long one is its first and last 4,096 bytes, so that each whole
 * answer counts and broken ones are passed over.
 */
export function parseLoadgenAccuracy(text: string): LoadgenAnswer[] {
  const answers: LoadgenAnswer[] = [];
  for (const match of text.matchAll(/\{ "seq_id" : (\d+), "qsl_idx" : (\d+), "data" : "([0-9A-F]*)"/g)) {
    const [, sequence, sample, data = ""] = match;
    answers.push({ sequence: Number(sequence), sample: Number(sample), data });
  }
  return answers;
}

/** Server as scheduled, and the streams "with LoadGen's overhead": samples less one ÷ the moment of the last, which opens an interval that is not over. */
export function rateUntilLast(samples: number, lastNs: number): number {
  return (samples - 1) / (lastNs / 1e9);
}
