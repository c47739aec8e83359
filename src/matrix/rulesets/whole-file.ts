import type { Diagnostic } from "../../schema/diagnostic.ts";
import { engineDisplayPath } from "../engine/engine-tree.ts";
import { newGathering, parsedFile } from "../yaml/fragments.ts";
import { sortDiagnostics } from "../yaml/places.ts";
import type { shapeChecker } from "../yaml/shape.ts";

/** What a file's text holds; null where anything in it is wrong. Diagnostics name files relative to `root`. */
export function wholeFile<Value>(
  check: ReturnType<typeof shapeChecker>,
  path: string,
  text: string,
  root: string,
): { value: Value | null; diagnostics: Diagnostic[] } {
  const gathering = newGathering(root, () => null);
  const shownAs = engineDisplayPath(root, path);
  const tree = parsedFile(path, shownAs, text, gathering);
  if (tree === null) return { value: null, diagnostics: gathering.diagnostics };
  const shaped = check(tree, gathering.texts);
  const diagnostics = sortDiagnostics([...gathering.diagnostics, ...shaped.diagnostics], shownAs);
  return { value: diagnostics.length === 0 ? (shaped.value as Value) : null, diagnostics };
}
