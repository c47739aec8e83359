import type { Coupling } from "../../schema/engine-file.ts";
import { configurationName, type Row } from "../../schema/experiment.ts";
import { isClientKnob, knobMember, wholeKnob } from "../../schema/knob.ts";
import { sutOf } from "../../schema/sut.ts";
import { allHold, isSet, knobsOf } from "../engine/conditions.ts";
import { engineWithVersion } from "../engine/knob-catalogue.ts";
import { misspelledMaps } from "../engine/knob-members.ts";
import { placeOfComputed } from "../computed-values.ts";
import { andMore, factorialPointer, nameOf, rowNames, rowsWhere, together } from "../row-groups.ts";
import type { LintContext, RuleFinding, RuleTable } from "../rule.ts";
import { oncePerKnob } from "../settings.ts";
import { shown } from "../yaml/shape.ts";

/** Members of `sut` that only together say which engine, or which model, it is. */
const subjects: ReadonlyMap<string, string> = new Map([
  ...["engine", "version", "environment"].map((member) => [`sut.${member}`, "engine"] as const),
  ...["model", "revision", "tokenizer"].map((member) => [`sut.${member}`, "model"] as const),
]);

export const changesRules: RuleTable = {
  /** A stacked step that sets what an earlier step has set. */
  "already-made": {
    severity: "error",
    eachSystem: true,
    check: ({ changes }) =>
      changes.flatMap(({ knob, value, pointer, effect }) => {
        if (effect.kind !== "already") return [];
        const message = `step \`${effect.step.id}\` has set \`${knob}: ${shown(value)}\` already`;
        return [{ pointer, aim: "key" as const, message, hint: "take it out: a step stands on all before it" }];
      }),
  },
  /** A stacked step that takes an earlier one back: it measures that step the other way round, not something new. */
  "undoes-earlier": {
    severity: "error",
    eachSystem: true,
    check: ({ changes }) =>
      changes.flatMap(({ knob, value, pointer, effect }) => {
        if (effect.kind !== "undoes") return [];
        const back = value === null ? "takes it out again" : `sets it back to ${shown(value)}`;
        const message = `step \`${effect.step.id}\` moved \`${knob}\`, and this ${back}`;
        const hint = `take step \`${effect.step.id}\` out, or compare the two in a design of kind isolation`;
        return [{ pointer, aim: "key" as const, message, hint }];
      }),
  },
  /** A row that sets what is in force already: two "different" experiments that are one program. */
  "changes-nothing": {
    severity: "error",
    eachSystem: true,
    check({ study, changes, valueOf, catalogue }) {
      const hint = 'set another value, or take it out; to keep a published row, say `skip: "why"`';
      const found = changes.flatMap(({ knob, value, pointer, effect, change }): RuleFinding[] => {
        // A name that is unknown has its diagnostic.
        if (catalogue.find(knob) === null) return [];
        if (effect.kind === "baseline") {
          const message = `\`${knob}: ${shown(value)}\` changes nothing: baseline \`${study.baseline.id}\` has it already`;
          return [{ pointer, aim: "key", message, hint }];
        }
        if (effect.kind !== "default") return [];
        const owner = isClientKnob(knob) ? "the workload" : engineWithVersion(study);
        const inForce = valueOf({}, knob);
        const message = `\`${knob}: ${shown(value)}\` changes nothing: `;
        if (inForce === undefined) return [{ pointer, aim: "key", message: `${message}nothing sets it`, hint }];
        const what = Object.keys(change.set).length > 1 ? "it out here" : "this row out";
        const written = `baseline \`${study.baseline.id}\` measures this default already: to state the value, write \`${knob}: ${shown(value)}\` into \`baseline.knobs\`, and take ${what}`;
        return [{ pointer, aim: "key", message: `${message}${owner} does that when it is not set`, hint: written }];
      });
      if (study.design.factors !== undefined) return found;
      const empty = study.design.changes.filter(({ set, skip }) => skip === undefined && Object.keys(set).length === 0);
      return [
        ...found,
        ...empty.map(({ id, pointer }): RuleFinding => {
          return { pointer: `${pointer}/set`, aim: "key", message: `row \`${id}\` sets no knob`, hint };
        }),
      ];
    },
  },
  /** A row that moves more than one knob and does not say why: whatever it measures, nobody can say which of them did it. */
  "compound-change": {
    severity: "error",
    check({ changes, catalogue }) {
      const moving = changes.filter(
        ({ effect, knob, value, change }) =>
          // What takes an earlier step back, or is not a knob, has its own diagnostic.
          effect.kind === "moves" &&
          catalogue.find(knob) !== null &&
          // Another engine has knobs of its own: what it lacks is taken back.
          !(value === null && Object.hasOwn(change.set, "sut.engine")),
      );
      const rows = Map.groupBy(moving, ({ change }) => change.pointer);
      const compounds = [...rows.values()].filter(
        (moved) =>
          new Set(moved.map(({ knob }) => subjectOf(knob))).size > 1 &&
          moved.every(({ change }) => change.compound === undefined),
      );
      // Rows that move the same knobs are one mistake, and may well be points of one axis.
      const alike = Map.groupBy(compounds, (moved) =>
        moved
          .map(({ knob }) => knob)
          .toSorted()
          .join(" "),
      );
      return [...alike.values()].map(([first = [], ...others]) => {
        const [one, second] = first;
        const knobs = first.map(({ knob }) => `\`${knob}\``).join(", ");
        const message = `row \`${one!.change.id}\`${andMore(others.length)} moves ${first.length} knobs at once: ${knobs}`;
        const why = 'make a row of each, or say `compound: "why they belong together"`';
        const set = first.map(({ knob, value }) => `${knob}: ${JSON.stringify(value)}`).join(", ");
        const points = `; points of one axis are \`design: { kind: combination, factors: { NAME: [{ id: ${one!.change.id}, ${set} }, …] } }\``;
        const hint = others.length === 0 ? why : why + points;
        return { pointer: second!.pointer, aim: "key" as const, message, hint };
      });
    },
  },
  /** A change that moves other things by the engine's own rule, so that the row measures more than the knob it names. Once for each such rule, however many rows it concerns. */
  collateral: {
    severity: "warning",
    eachSystem: true,
    check: (context) => [
      ...context.study.engine.couplings.flatMap((coupling) => {
        const groups = rowsWhere(context, [coupling.knob], (row) => applies(context, coupling, row));
        const group = together(groups);
        if (group === null) return [];
        const moved = notPinned(context, coupling, group.row).join(", ");
        const message = `${rowNames(group)}: changing \`${coupling.knob}\` also moves ${moved}: ${coupling.because}`;
        return [{ pointer: group.pointer, aim: "key" as const, message, hint: coupling.pin }];
      }),
      ...movedWithRows(context),
    ],
  },
  /** A knob that does nothing: on this system at all, or beside another setting of its row. */
  "inert-knob": {
    severity: "warning",
    eachSystem: true,
    check(context) {
      const { study, catalogue, settings, valueOf } = context;
      const alone = oncePerKnob(settings).flatMap(({ knob, pointer, elsewhere }): RuleFinding[] => {
        const why = catalogue.find(knob)?.definition.inert;
        if (why === undefined) return [];
        const message = `\`${knob}\`${elsewhere} does nothing on ${study.engine.title}: ${why}`;
        return [{ pointer, aim: "key", message, hint: "expect no effect, or take it out" }];
      });
      const beside = study.engine.inert.flatMap(({ knob, beside: conditions, because }): RuleFinding[] => {
        const groups = rowsWhere(context, [knob], ({ changed, assignment, against }) => {
          const speaksOfIt = against === null ? isSet(assignment, knob) : isSet(changed, knob);
          return speaksOfIt && allHold(conditions, assignment, valueOf);
        });
        const group = together(groups);
        if (group === null) return [];
        const others = conditions.map((condition) => `\`${condition.knob}\``).join(", ");
        const message = `\`${knob}\` does nothing in ${rowNames(group)} beside ${others}: ${because}`;
        return [{ pointer: group.pointer, aim: "key" as const, message, hint: `take \`${knob}\` out, or ${others}` }];
      });
      return [...alone, ...beside];
    },
  },
  /** A combination of knobs that the engine refuses, by the rules of its engine file. */
  "cannot-run": {
    severity: "error",
    eachSystem: true,
    check(context) {
      const misspelled = misspelledMaps(context.settings, context.catalogue);
      const rules = context.study.engine.cannotRun.filter(
        ({ when }) => !knobsOf(when).some((knob) => knobMember(knob) !== null && misspelled.has(wholeKnob(knob))),
      );
      return rules.flatMap(({ when, because, instead, unless_hooks: liftedByHooks = false }) => {
        const holds = (row: Row): boolean =>
          allHold(when, row.assignment, context.valueOf) && !(liftedByHooks && hasHooks(context, row));
        return rowsWhere(context, knobsOf(when), holds).map((group) => {
          const exclude = group.row.pointer === factorialPointer ? "; or `exclude` these cells" : "";
          const message = `${rowNames(group)} cannot run: ${because}`;
          return { pointer: group.pointer, aim: "key" as const, message, hint: `${instead}${exclude}` };
        });
      });
    },
  },
};

/** What is computed from a setting that a row moves, and so moves with it. Once for each expression, at its place. */
function movedWithRows(context: LintContext): RuleFinding[] {
  const { expansion, rows } = context;
  const written = new Map(expansion.rows.map((row) => [nameOf(row), row]));
  const rowOf = new Map(expansion.experiments.map(({ labels }) => [labels.name, configurationName(labels)]));
  return [...Map.groupBy(expansion.results, ({ setting }) => setting)].flatMap(([setting, results]) => {
    const moving = rows.filter(
      (row) =>
        row.skip === undefined &&
        Object.hasOwn(row.changed, wholeKnob(setting)) &&
        !Object.hasOwn(written.get(nameOf(row))!.changed, wholeKnob(setting)),
    );
    const names = new Set(moving.map((row) => nameOf(row)));
    const [row] = moving;
    const result = results.find(({ name }) => row !== undefined && rowOf.get(name) === nameOf(row));
    if (row === undefined || result === undefined) return [];
    const group = { row, pointer: placeOfComputed(context, result), more: names.size - 1 };
    const message = `${rowNames(group)} also moves \`${setting}\`, which is computed: \`= ${result.expression}\``;
    const hint = "nothing, if that is what is meant: `plan` shows both as changed; else write the number here";
    return [{ pointer: group.pointer, aim: "value" as const, message, hint }];
  });
}

function subjectOf(knob: string): string {
  return subjects.get(knob) ?? `knob ${knob}`;
}

function applies(context: LintContext, coupling: Coupling, row: Row): boolean {
  if (row.against === null || !Object.hasOwn(row.changed, coupling.knob)) return false;
  // Another engine has rules of its own.
  if (Object.hasOwn(row.changed, "sut.engine")) return false;
  if (!allHold(coupling.when ?? [], row.assignment, context.valueOf)) return false;
  return notPinned(context, coupling, row).length > 0;
}

/** A knob that the row or what is below it sets stays where it is put. */
function notPinned({ study }: LintContext, { moves }: Coupling, row: Row): string[] {
  return moves.filter((thing) => !(Object.hasOwn(study.engine.knobs, thing) && isSet(row.assignment, thing)));
}

/** True where commands of the matrix run before the engine starts, and may bring what it lacks. */
function hasHooks({ study }: LintContext, { assignment }: Row): boolean {
  return sutOf(study, assignment).beforeLaunch.length > 0;
}
