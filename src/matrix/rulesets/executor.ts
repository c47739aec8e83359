import type { Diagnostic } from "../../schema/diagnostic.ts";
import { ExecutorFile, type SchedulerFile, type SlotsFile } from "../../schema/executor.ts";
import { shapeChecker } from "../yaml/shape.ts";
import { wholeFile } from "./whole-file.ts";

const check = shapeChecker(ExecutorFile);

/** Reads how blocks are handed out from a file's text; null where anything in it is wrong. Diagnostics name files relative to `root`. */
export function loadExecutor(
  path: string,
  text: string,
  root: string,
): { executor: SchedulerFile | SlotsFile | null; diagnostics: Diagnostic[] } {
  const { value: executor, diagnostics } = wholeFile<SchedulerFile | SlotsFile>(check, path, text, root);
  return { executor, diagnostics };
}
