import type { Diagnostic } from "../../schema/diagnostic.ts";
import { RecoveryFile, type RecoveryPolicy } from "../../schema/recovery.ts";
import { shapeChecker } from "../yaml/shape.ts";
import { wholeFile } from "./whole-file.ts";

const check = shapeChecker(RecoveryFile);

/** Reads a recovery policy from a file's text; null where anything in it is wrong. Diagnostics name files relative to `root`. */
export function loadRecovery(
  path: string,
  text: string,
  root: string,
): { policy: RecoveryPolicy | null; diagnostics: Diagnostic[] } {
  const { value: policy, diagnostics } = wholeFile<RecoveryPolicy>(check, path, text, root);
  return { policy, diagnostics };
}
