import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Study } from "../schema/study.ts";
import { diagnosticAt, locate, Places, sortDiagnostics, type Aim, type Finding } from "./yaml/places.ts";
import { lintContext, type LintFacts, type Rule, type RuleFinding } from "./rule.ts";
import { datasetGoesRound, roundFindings, statedSamples } from "./rules/dataset-goes-round.ts";
import { rules } from "./rules/index.ts";
import type { PlacedWorkload } from "./workload/workload-places.ts";

/**
 * What is wrong or worth knowing in a study whose texts have the right shape: one diagnostic for one mistake, however many
 * rows it touches.
 */
export function lintStudy(study: Study, expansion: Expansion, facts: LintFacts = {}): Diagnostic[] {
  const context = lintContext(study, expansion, facts);
  const diagnostics = rules.flatMap((rule) => diagnosticsOf(study, rule, rule.check(context)));
  return sortDiagnostics(diagnostics, study.file);
}

/** What `dataset-goes-round` says of a workload once its dataset was read; nothing where its selection told as much before. */
export function lintSamples(study: Study, expansion: Expansion, placed: PlacedWorkload, samples: number): Diagnostic[] {
  const { requests } = placed.workload.counts[study.fidelity];
  if ((statedSamples(placed) ?? Infinity) < requests) return [];
  return diagnosticsOf(study, datasetGoesRound, roundFindings(lintContext(study, expansion), placed, samples));
}

function diagnosticsOf(study: Study, rule: Rule, findings: readonly RuleFinding[]): Diagnostic[] {
  return findings.map(({ pointer, aim, message, hint, severity = rule.severity }) =>
    diagnosticOf(study, pointer, { code: rule.code, severity, message, hint }, aim),
  );
}

/** One finding at a place of a study's file. */
export function diagnosticOf(study: Study, pointer: string, finding: Finding, aim: Aim = "key"): Diagnostic {
  const texts = study.locations instanceof Places ? study.locations.texts : new Map<string, string>();
  return diagnosticAt(locate(study.locations, pointer, aim), texts, finding);
}
