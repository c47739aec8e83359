import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Study } from "../schema/study.ts";
import { diagnosticAt, locate, Places, sortDiagnostics, type Aim, type Finding } from "./places.ts";
import { lintContext } from "./rule.ts";
import { rules } from "./rules/index.ts";

/**
 * What is wrong or worth knowing in a study whose texts have the right shape: one diagnostic for one mistake, however many
 * rows it touches. `trials`: how many the plan has, for the budget; without it experiments × repeats. `metrics`: the
 * statistics of each of a trial's figures, by its name; without them no metric's name is looked at. `modelLength`: tokens
 * that the model was made for, where its config.json is here.
 */
export function lintStudy(
  study: Study,
  expansion: Expansion,
  trials?: number,
  metrics?: ReadonlyMap<string, readonly string[]>,
  modelLength?: number | null,
): Diagnostic[] {
  const context = { ...lintContext(study, expansion, trials, modelLength), metrics };
  const diagnostics = Object.entries(rules).flatMap(([code, rule]) =>
    rule
      .check(context)
      .map(({ pointer, aim, message, hint, severity = rule.severity }) =>
        diagnosticOf(study, pointer, { code, severity, message, hint }, aim),
      ),
  );
  return sortDiagnostics(diagnostics, study.file);
}

/** One finding at a place of a study's file. */
export function diagnosticOf(study: Study, pointer: string, finding: Finding, aim: Aim = "key"): Diagnostic {
  const texts = study.locations instanceof Places ? study.locations.texts : new Map<string, string>();
  return diagnosticAt(locate(study.locations, pointer, aim), texts, finding);
}
