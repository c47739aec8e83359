import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "vitest";

const FOLDER = path.resolve(import.meta.dirname, "../../../../shared/data/parity");

/** A file of reference results; where it is absent the test is skipped, but fails in CI. */
export function readParity<T>(context: TestContext, file: string): T {
  const place = path.join(FOLDER, file);
  if (!existsSync(place)) {
    const reason = `no reference results at ${place}`;
    if (process.env.CI) throw new Error(reason);
    // The default reporter keeps the reason to itself.
    console.warn(`skipped: ${reason}`);
    context.skip(reason);
  }
  return JSON.parse(readFileSync(place, "utf8")) as T;
}

export interface RougeParity {
  readonly meta: { readonly mean_x100_as_mlperf: Readonly<Record<string, string>> };
  readonly pairs: readonly (Readonly<Record<"rouge1" | "rouge2" | "rougeL" | "rougeLsum", ReferenceScore>> & {
    readonly prediction: string;
    readonly reference: string;
    readonly after_sentence_split_prediction: string;
    readonly after_sentence_split_reference: string;
  })[];
}

interface ReferenceScore {
  readonly precision: number;
  readonly recall: number;
  readonly fmeasure: number;
}
