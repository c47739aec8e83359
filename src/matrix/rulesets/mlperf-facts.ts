import type { Diagnostic } from "../../schema/diagnostic.ts";
import { MlperfFactsFile } from "../../schema/mlperf-facts.ts";
import { engineDisplayPath } from "../engine/engine-tree.ts";
import { newGathering, parsedFile } from "../yaml/fragments.ts";
import { sortDiagnostics } from "../yaml/places.ts";
import { shapeChecker } from "../yaml/shape.ts";

const check = shapeChecker(MlperfFactsFile);

/** Reads a submitter's facts from a file's text; null where anything in it is wrong. Diagnostics name files relative to `root`. */
export function loadMlperfFacts(
  path: string,
  text: string,
  root: string,
): { facts: MlperfFactsFile | null; diagnostics: Diagnostic[] } {
  const gathering = newGathering(root, () => null);
  const shownAs = engineDisplayPath(root, path);
  const tree = parsedFile(path, shownAs, text, gathering);
  if (tree === null) return { facts: null, diagnostics: gathering.diagnostics };
  const shaped = check(tree, gathering.texts);
  const found = sortDiagnostics([...gathering.diagnostics, ...shaped.diagnostics], shownAs);
  return { facts: found.length === 0 ? (shaped.value as MlperfFactsFile) : null, diagnostics: found };
}
