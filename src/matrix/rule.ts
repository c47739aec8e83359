import { valueIn } from "../schema/assignment.ts";
import type { Severity } from "../schema/diagnostic.ts";
import type { Expansion, Experiment, Row } from "../schema/experiment.ts";
import { nameInScope, wholeKnob } from "../schema/knob.ts";
import { onceEach } from "../schema/once-each.ts";
import { settingDefault } from "../schema/setting-defaults.ts";
import type { Study } from "../schema/study.ts";
import { examineChanges, type KnobChange } from "./changes.ts";
import { rowsByValue } from "./computed-values.ts";
import type { ValueOf } from "./engine/conditions.ts";
import { knobCatalogue, type KnobCatalogue } from "./engine/knob-catalogue.ts";
import type { Aim } from "./yaml/places.ts";
import { settingsOf, type Setting } from "./settings.ts";

/** What is known of a study beside its texts; each may be missing. */
export interface LintFacts {
  /** Trials of the plan, for the budget; without it one for each experiment and repeat. */
  trials?: number;
  /** The statistics of each figure that a trial has, by its name; without it no name of a figure is checked. */
  metrics?: ReadonlyMap<string, readonly string[]>;
  /** The longest sequence that a model was made for, in tokens; null where its config.json is not here or does not say. */
  modelLengthOf?: (model: string) => number | null;
}

/** What a rule looks at. Made once for all rules. */
export interface LintContext extends LintFacts {
  study: Study;
  expansion: Expansion;
  trials: number;
  modelLength: number | null;
  catalogue: KnobCatalogue;
  settings: Setting[];
  /** The expansion's rows, with values in the place of what is computed. */
  rows: Row[];
  changes: KnobChange[];
  valueOf: ValueOf;
  /** Every knob that the study sets somewhere; of a member the knob that it belongs to. */
  knobsSet: ReadonlySet<string>;
  /** Those that an axis of the sweep, or a system, sets. */
  knobsSwept: ReadonlySet<string>;
  /** Ids of the rows that others are measured against. */
  bases: ReadonlySet<string>;
}

/** What a rule found: where, what, and what to do next. Its table gives it the code, and the rule the severity. */
export interface RuleFinding {
  pointer: string;
  aim: Aim;
  message: string;
  hint: string;
  /** Where it differs from the rule's own. */
  severity?: Severity;
}

export interface Rule {
  severity: Severity;
  /** True of a rule that asks the engine: it looks at each system that rows run on by itself (`systemContexts`). */
  eachSystem?: true;
  check(this: void, context: LintContext): RuleFinding[];
}

/** Rules by the code of their diagnostics. */
export type RuleTable = Readonly<Record<string, Rule>>;

/** Made of a study, or of the part of it that runs on one system; `declared` is the study as the matrix has it. */
export function lintContext(
  study: Study,
  expansion: Expansion,
  facts: LintFacts = {},
  settings: Setting[] = settingsOf(study),
  declared: Study = study,
): LintContext {
  const modelLength = facts.modelLengthOf?.(study.model) ?? null;
  const catalogue = knobCatalogue(study, study === declared ? [study.engine, ...study.engines.values()] : undefined);
  // By default an engine takes what the model was made for.
  const ownLength = (knob: string) =>
    modelLength !== null && knob === study.engine.modelLength?.knob ? modelLength : undefined;
  const defaultOf = onceEach((knob: string) =>
    // Of what says which system it is, the default is what the whole study has.
    nameInScope(knob, "sut") === null ? (catalogue.defaultOf(knob) ?? ownLength(knob)) : settingDefault(declared, knob),
  );
  const valueOf: ValueOf = (assignment, knob) => valueIn(assignment, knob) ?? defaultOf(knob);
  const meaningOf: ValueOf = (assignment, knob) => {
    const value = valueOf(assignment, knob);
    return value === undefined ? undefined : catalogue.spellingOf(knob, value);
  };
  const running = expansion.experiments.reduce((count, experiment) => count + Number(experiment.skip === null), 0);
  return {
    ...facts,
    study,
    expansion,
    trials: facts.trials ?? running * study.repeats,
    modelLength,
    catalogue,
    settings,
    rows: rowsByValue(expansion),
    knobsSet: new Set(settings.map(({ knob }) => wholeKnob(knob))),
    knobsSwept: new Set(
      settings.filter(({ where }) => where === "sweep" || where === "system").map(({ knob }) => knob),
    ),
    changes: examineChanges(study, meaningOf, expansion),
    valueOf,
    bases: new Set(expansion.rows.flatMap(({ against }) => against ?? [])),
  };
}

/** The experiments of a workload, by its name, that run. */
export function runningUnder({ experiments }: Expansion, workload: string): Experiment[] {
  return experiments.filter(({ skip, labels }) => skip === null && labels.workload === workload);
}

/** One mistake once, however many points of an axis it touches: the first finding of each place. */
export function oncePerPlace(findings: readonly RuleFinding[]): RuleFinding[] {
  return [...Map.groupBy(findings, ({ pointer }) => pointer).values()].flatMap(([first]) => first ?? []);
}

/** Each item whose key an earlier one has, and the first that has it. */
export function repeats<Item>(items: readonly Item[], keyOf: (item: Item) => string): { item: Item; first: Item }[] {
  return [...Map.groupBy(items, keyOf).values()].flatMap(([first, ...others]) =>
    others.map((item) => ({ item, first: first! })),
  );
}
