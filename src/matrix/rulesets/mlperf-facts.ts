import type { Diagnostic } from "../../schema/diagnostic.ts";
import { MlperfFactsFile } from "../../schema/mlperf-facts.ts";
import { shapeChecker } from "../yaml/shape.ts";
import { wholeFile } from "./whole-file.ts";

const check = shapeChecker(MlperfFactsFile);

/** Reads a submitter's facts from a file's text; null where anything in it is wrong. Diagnostics name files relative to `root`. */
export function loadMlperfFacts(
  path: string,
  text: string,
  root: string,
): { facts: MlperfFactsFile | null; diagnostics: Diagnostic[] } {
  const { value: facts, diagnostics } = wholeFile<MlperfFactsFile>(check, path, text, root);
  return { facts, diagnostics };
}
