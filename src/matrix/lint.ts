import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Study } from "../schema/study.ts";
import { diagnosticAt, locate, Places, sortDiagnostics, type Aim, type Finding } from "./yaml/places.ts";
import { lintContext, type LintContext, type LintFacts, type Rule, type RuleFinding } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { roundFindings, statedSamples } from "./rules/prompts.ts";
import { systemContexts } from "./system-contexts.ts";
import type { PlacedWorkload } from "./workload/workload-places.ts";

/**
 * What is wrong or worth knowing in a study whose texts have the right shape: one diagnostic for one mistake, however many
 * rows it touches.
 */
export function lintStudy(study: Study, expansion: Expansion, facts: LintFacts = {}): Diagnostic[] {
  const context = lintContext(study, expansion, facts);
  const systems = systemContexts(context, facts);
  const diagnostics = Object.entries(rules).flatMap(([code, rule]) =>
    diagnosticsOf(study, code, rule.eachSystem === true ? onceEach(systems, rule) : rule.check(context)),
  );
  return sortDiagnostics(diagnostics, study.file);
}

/** What `dataset-goes-round` says of a workload once its dataset was read; nothing where its selection told as much before. */
export function lintSamples(study: Study, expansion: Expansion, placed: PlacedWorkload, samples: number): Diagnostic[] {
  const { requests } = placed.workload.counts[study.fidelity];
  if ((statedSamples(placed) ?? Infinity) < requests) return [];
  const found = systemContexts(lintContext(study, expansion), {}).map((one) => roundFindings(one, placed, samples));
  return diagnosticsOf(study, "dataset-goes-round", found.find(({ length }) => length > 0) ?? []);
}

/** What a rule finds on each system: what stands at one place is said of the first alone. */
function onceEach(systems: readonly LintContext[], rule: Rule): RuleFinding[] {
  const found: RuleFinding[] = [];
  for (const context of systems) {
    const said = new Set(found.map(placeOf));
    found.push(...rule.check(context).filter((finding) => !said.has(placeOf(finding))));
  }
  return found;
}

function placeOf({ pointer, aim }: RuleFinding): string {
  return `${aim}${pointer}`;
}

function diagnosticsOf(study: Study, code: string, findings: readonly RuleFinding[]): Diagnostic[] {
  return findings.map(({ pointer, aim, message, hint, severity = rules[code]!.severity }) =>
    diagnosticOf(study, pointer, { code, severity, message, hint }, aim),
  );
}

/** One finding at a place of a study's file. */
export function diagnosticOf(study: Study, pointer: string, finding: Finding, aim: Aim = "key"): Diagnostic {
  const texts = study.locations instanceof Places ? study.locations.texts : new Map<string, string>();
  return diagnosticAt(locate(study.locations, pointer, aim), texts, finding);
}
