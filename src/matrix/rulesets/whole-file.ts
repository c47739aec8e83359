import type { Diagnostic } from "../../schema/diagnostic.ts";
import { ExecutorFile, type SchedulerFile, type SlotsFile } from "../../schema/executor.ts";
import { MlperfFactsFile } from "../../schema/mlperf-facts.ts";
import { RecoveryFile, type RecoveryPolicy } from "../../schema/recovery.ts";
import { engineDisplayPath } from "../engine/engine-tree.ts";
import { newGathering, parsedFile } from "../yaml/fragments.ts";
import { diagnosticAt, locate, sortDiagnostics, type Places, type Report } from "../yaml/places.ts";
import { shapeChecker } from "../yaml/shape.ts";

/** What is read of a file: nothing where anything in it is wrong. */
interface Read<Value> {
  value: Value | null;
  diagnostics: Diagnostic[];
}

/** What `make` makes of a file of the right shape; it may report more. Diagnostics name files relative to `root`. */
export function wholeFile<File, Value>(
  check: ReturnType<typeof shapeChecker>,
  [path, text, root]: readonly [path: string, text: string, root: string],
  make: (file: File, report: Report, places: Places) => Value,
): Read<Value> {
  const gathering = newGathering(root, () => null);
  const shownAs = engineDisplayPath(root, path);
  const tree = parsedFile(path, shownAs, text, gathering);
  if (tree === null) return { value: null, diagnostics: gathering.diagnostics };
  const { value: file, places, diagnostics } = check(tree, gathering.texts);
  const found = [...gathering.diagnostics, ...diagnostics];
  const report: Report = (pointer, finding) => {
    const at = locate(places, pointer, "value");
    found.push(diagnosticAt(at, gathering.texts, { ...finding, severity: "error" }));
  };
  const value = found.length === 0 ? make(file as File, report, places) : null;
  return { value: found.length === 0 ? value : null, diagnostics: sortDiagnostics(found, shownAs) };
}

/** Reads a file as it is written. */
function readerOf<File>(schema: object) {
  const check = shapeChecker(schema);
  return (...file: [path: string, text: string, root: string]): Read<File> =>
    wholeFile(check, file, (own: File) => own);
}

/** How blocks are handed out. */
export const loadExecutor = readerOf<SchedulerFile | SlotsFile>(ExecutorFile);

/** What a submitter knows of a system. */
export const loadMlperfFacts = readerOf<MlperfFactsFile>(MlperfFactsFile);

/** What a run does when an engine fails. */
export const loadRecovery = readerOf<RecoveryPolicy>(RecoveryFile);
