import { valueIn } from "../schema/assignment.ts";
import type { Expansion, Row } from "../schema/experiment.ts";
import { sameJson } from "../schema/json.ts";
import type { Study } from "../schema/study.ts";
import { engineIsReplaced, sutOf, type Sut } from "../schema/sut.ts";
import { lintContext, type LintContext, type LintFacts } from "./rule.ts";
import type { Setting } from "./settings.ts";

/**
 * What rules that ask the engine look at: for each system that rows run on, a study of that engine, version and model alone, with
 * its rows and the settings that reach them. Where all run on the study's own, the context itself.
 */
export function systemContexts(context: LintContext, facts: LintFacts): LintContext[] {
  const { study, expansion } = context;
  const own = sutOf(study, {});
  const suts = new Set(expansion.rows.map(({ assignment }) => sutOf(study, assignment)));
  if (suts.size === 0 || (suts.size === 1 && suts.has(own))) return [context];
  const contexts = [...suts].map((sut): LintContext => {
    const isOwn = ({ assignment }: { assignment: Row["assignment"] }): boolean => sutOf(study, assignment) === sut;
    const rows = expansion.rows.filter(isOwn);
    const experiments = expansion.experiments.filter(({ knobs }) => isOwn({ assignment: knobs }));
    const names = new Set(experiments.map(({ labels }) => labels.name));
    const results = expansion.results.filter(({ name }) => names.has(name));
    const part: Expansion = { ...expansion, rows, experiments, results };
    const settings = context.settings.flatMap((setting) => reaching(context, setting, rows, sut) ?? []);
    const pointers = new Set(rows.map(({ pointer }) => pointer));
    const made = lintContext(studyOf(study, sut), part, facts, settings, study);
    return { ...made, changes: made.changes.filter(({ change }) => pointers.has(change.pointer)) };
  });
  return contexts;
}

/** The study as it would be if it ran on this system alone. */
function studyOf(study: Study, sut: Sut): Study {
  return { ...study, ...sut, declaredEngine: engineIsReplaced(study) ? study.declaredEngine : sut.engine.name };
}

/** A setting with those of its values that one of the rows has; null where it reaches none. */
function reaching({ study }: LintContext, setting: Setting, rows: readonly Row[], { engine }: Sut): Setting | null {
  const { knob, pointer, values, where } = setting;
  // The load is the same for every system.
  if (where === "sweep") return setting;
  if (where === "exclude") {
    const engines = [study.engine, ...study.engines.values()];
    return Object.hasOwn(engine.knobs, knob) || engines.every(({ knobs }) => !Object.hasOwn(knobs, knob))
      ? setting
      : null;
  }
  const isCumulative = study.design.cumulative === true;
  const could = rows.filter((row) => {
    if (where === "system") return study.systems.some((one) => one.id === row.system && isBelow(pointer, one.pointer));
    return where !== "row" || isCumulative || isBelow(pointer, row.pointer);
  });
  const own = values.filter(({ value }) =>
    could.some(
      ({ assignment, pointer: place }) =>
        sameJson(valueIn(assignment, knob) ?? null, value) || (where === "row" && isBelow(pointer, place)),
    ),
  );
  return own.length === 0 ? null : { ...setting, values: own };
}

function isBelow(pointer: string, above: string): boolean {
  return pointer.startsWith(`${above}/`);
}
