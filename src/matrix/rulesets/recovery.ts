import type { Diagnostic } from "../../schema/diagnostic.ts";
import { RecoveryFile, type RecoveryPolicy } from "../../schema/recovery.ts";
import { engineDisplayPath } from "../engine/engine-tree.ts";
import { newGathering, parsedFile } from "../yaml/fragments.ts";
import { sortDiagnostics } from "../yaml/places.ts";
import { shapeChecker } from "../yaml/shape.ts";

const check = shapeChecker(RecoveryFile);

/** Reads a recovery policy from a file's text; null where anything in it is wrong. Diagnostics name files relative to `root`. */
export function loadRecovery(
  path: string,
  text: string,
  root: string,
): { policy: RecoveryPolicy | null; diagnostics: Diagnostic[] } {
  const gathering = newGathering(root, () => null);
  const shownAs = engineDisplayPath(root, path);
  const tree = parsedFile(path, shownAs, text, gathering);
  if (tree === null) return { policy: null, diagnostics: gathering.diagnostics };
  const shaped = check(tree, gathering.texts);
  const found = sortDiagnostics([...gathering.diagnostics, ...shaped.diagnostics], shownAs);
  return { policy: found.length === 0 ? (shaped.value as RecoveryPolicy) : null, diagnostics: found };
}
