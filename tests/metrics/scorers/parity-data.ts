import { readFileSync } from "node:fs";
import path from "node:path";

/** A file of reference results. */
export function readParity<T>(file: string): T {
  return JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../../fixtures/parity", file), "utf8")) as T;
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
