import { changedBetween } from "../../schema/assignment.ts";
import type { Axis } from "../../schema/axis.ts";
import type { Experiment, Row } from "../../schema/experiment.ts";
import type { Study } from "../../schema/study.ts";
import { canonicalJson, memberOf, plainText, sameJson, type Json } from "../../schema/json.ts";
import { wholeKnob } from "../../schema/knob.ts";
import { onceEach } from "../../schema/once-each.ts";
import { factorialPointer, nameOf, rowNames, type RowGroup } from "../row-groups.ts";
import { repeats, type LintContext, type RuleFinding, type RuleTable } from "../rule.ts";
import { axesOfStudy } from "../settings.ts";
import { isLeftOut } from "../yaml/places.ts";
import { shown } from "../yaml/shape.ts";

const hint = "take one of them out: the same program measured twice is a repeat, not an experiment";

/** What is launched where, which no id covers but by the lock of an environment. */
const inNoId: readonly string[] = ["sut.environment", "sut.devices"];

export const duplicatesRules: RuleTable = {
  /** Two rows, workloads, systems or points of an axis of one name: results could not be told apart. */
  "duplicate-id": {
    severity: "error",
    check({ study, expansion }) {
      const rows = study.design.changes.map(({ id, pointer }) => ({ name: id, pointer: `${pointer}/id` }));
      const workloads = study.workloads.map(({ name }, index) => ({ name, pointer: `/workloads/${index}/workload` }));
      const systems = study.systems.map(({ id, pointer }) => ({ name: id, pointer: `${pointer}/id` }));
      const named = [{ name: study.baseline.id, pointer: "/baseline/id" }, ...rows];
      const names = new Set(named.map(({ name }) => name));
      const isCell = ({ id, pointer }: Row): boolean => names.has(id) && pointer === factorialPointer;
      const cells = [...new Set(expansion.rows.filter(isCell).map(({ id }) => id))];
      return [
        ...repeated([...cells.map((name) => ({ name, pointer: factorialPointer })), ...named], "row"),
        ...poolsOfPoints(study).flatMap(pointsOfOneName),
        ...repeated(workloads, "workload"),
        ...repeated(systems, "system"),
      ];
    },
  },
  /** Two workloads that ask the same: each of their experiments would be measured twice, under one id. */
  "duplicate-workload": {
    severity: "error",
    check({ study, expansion }) {
      const firstOf = new Map<string, string>();
      const found = new Map<string, RuleFinding>();
      for (const { id, skip, labels } of expansion.experiments) {
        const first = firstOf.getOrInsert(id, labels.workload);
        // Two rows of one workload that ask the same have a diagnostic of their own.
        if (skip !== null || first === labels.workload || found.has(labels.workload)) continue;
        const index = study.workloads.findIndex(({ name }) => name === labels.workload);
        // What a part was left out of may well be alike without it, as another of this list.
        if (isLeftOut(study.locations, "/workloads")) continue;
        // What asks nothing, because its fragment is not there, has its diagnostic.
        const says = ["dataset", "classes"].some((member) => study.locations.has(`/workloads/${index}/${member}`));
        if (!says) continue;
        found.set(labels.workload, {
          pointer: `/workloads/${index}`,
          aim: "key",
          message: `workload \`${labels.workload}\` asks the same as workload \`${first}\`: \`${labels.name}\` would be measured twice under one id`,
          hint: "take one of them out, or let them differ in what is sent: names, counts and limits (`slo`) are not part of an experiment",
        });
      }
      return [...found.values()];
    },
  },
  /** Two rows that ask for the same: every knob alike, where a knob that is set to its default is as good as not set. */
  "duplicate-experiment": {
    severity: "error",
    check(context) {
      const { study } = context;
      // Systems or rows that a part was left out of may well be alike without it.
      if (isLeftOut(study.locations, "/systems", "/design", "/baseline")) return [];
      const repeatedValues = axesOfStudy(study).flatMap(repeatedIn);
      const rows = repeatedRows(context, repeatedValues.length > 0);
      return [...repeatedValues, ...rows, ...(rows.length + repeatedValues.length > 0 ? [] : repeatedIds(context))];
    },
  },
};

function repeated(named: { name: string; pointer: string }[], what: string): RuleFinding[] {
  return repeats(named, ({ name }) => name).map(({ item: { name, pointer } }) => {
    const message = `another ${what} is called \`${name}\``;
    return { pointer, aim: "value", message, hint: `give each ${what} a name of its own` };
  });
}

/** The axes whose points of one name are one point in the names of experiments: factors, the sweep with what rows make of it, a workload's own. */
function poolsOfPoints({ design, sweep, workloads }: Study): Axis[][] {
  const pools = [design.factors ?? [], [...sweep, ...design.changes.flatMap((change) => change.sweep ?? [])]];
  const own = workloads.map((workload) => workload.sweep ?? []);
  return [...pools, ...own].flatMap((axes) => [...Map.groupBy(axes, ({ name }) => name).values()]);
}

function pointsOfOneName(axes: readonly Axis[]): RuleFinding[] {
  const points = new Map(
    axes.flatMap((axis) => axis.points).map((point) => [canonicalJson([point.id, point.set]), point]),
  );
  return repeats([...points.values()], ({ id }) => id).map(({ item: { id, pointer } }) => {
    const message = `\`${axes[0]!.name}\` has another point that is called \`${id}\` and sets something else`;
    return { pointer: `${pointer}/id`, aim: "value", message, hint: "give each point an id of its own" };
  });
}

/** Two points of an axis that set the same. */
function repeatedIn({ name, points, isNamed }: Axis): RuleFinding[] {
  const seen = new Map<string, string>();
  return points.flatMap(({ id, set, pointer }) => {
    const first = seen.get(canonicalJson(set));
    if (first === undefined) {
      seen.set(canonicalJson(set), id);
      return [];
    }
    const value = set[name];
    const what = isNamed || value === undefined ? `has \`${first}\`` : `lists ${shown(value)}`;
    return [{ pointer, aim: "value" as const, message: `\`${name}\` ${what} twice`, hint }];
  });
}

/** One canonical text a row, so that a hundred thousand rows are looked at once each. */
function repeatedRows(context: LintContext, factorsRepeat: boolean): RuleFinding[] {
  const toldApart = rowsWithTheirOwnFault(context);
  const firstOf = new Map<string, Row>();
  const found = new Map<string, RowGroup & { first: Row }>();
  const keyOf = assignmentKeys(context);
  for (const row of context.expansion.rows) {
    if (row.skip !== undefined || toldApart.has(row.pointer)) continue;
    const isCell = row.pointer === factorialPointer;
    if (isCell && factorsRepeat) continue;
    const first = firstOf.getOrInsert(keyOf(row), row);
    if (nameOf(row) === nameOf(first)) continue; // itself, or `duplicate-id` says it
    // Rows of two systems are alike because the systems are.
    const pointer = row.system === first.system ? row.pointer : placeOfSystem(context, row);
    found.getOrInsert(pointer, { row, pointer, more: -1, first }).more += 1;
  }
  return [...found.values()].map((group) => {
    const message = `${rowNames(group)}: the same knobs as row \`${nameOf(group.first)}\`${inOtherWords(group)}`;
    return { pointer: group.pointer, aim: "value", message, hint };
  });
}

/** Values that are written differently and are one. */
function inOtherWords({ row, first }: { row: Row; first: Row }): string {
  const words = Object.entries(row.assignment).flatMap(([knob, value]) => {
    const other = memberOf(first.assignment, knob);
    return other === undefined || sameJson(value, other)
      ? []
      : [`\`${knob}: ${plainText(value)}\` and \`${plainText(other)}\` are one value`];
  });
  return words.length === 0 ? "" : `, since ${words.join(", and ")}`;
}

function placeOfSystem(
  { study }: Pick<LintContext, "study">,
  { system, pointer }: { system?: string | undefined; pointer: string },
): string {
  return study.systems.find(({ id }) => id === system)?.pointer ?? pointer;
}

/**
 * Rows that come to the same experiment in some cell, by what they compute or since they differ in what no id covers, such as the
 * path of a program: what they measure could not be told apart. Once for each row.
 */
function repeatedIds(context: LintContext): RuleFinding[] {
  const { study, expansion } = context;
  if (expansion.setTwice.length > 0 || expansion.faults.length > 0) return []; // `set-twice`, `computed-value` say it
  const toldApart = rowsWithTheirOwnFault(context);
  const firstOf = new Map<string, Experiment>();
  const found = new Map<string, RuleFinding>();
  const pointers = new Map(expansion.rows.map((row) => [nameOf(row), row.pointer]));
  for (const experiment of expansion.experiments.filter(({ skip }) => skip === null)) {
    const first = firstOf.getOrInsert(experiment.id, experiment);
    // Two workloads that ask the same have a diagnostic of their own, and so have two rows of one name.
    const { name, workload } = experiment.labels;
    if (first.labels.name === name || first.labels.workload !== workload) continue;
    const members = Object.keys(changedBetween(experiment.knobs, first.knobs)).filter((knob) => inNoId.includes(knob));
    const { row: id, system } = experiment.labels;
    const row = nameOf({ id, ...(system === undefined ? {} : { system }) });
    const pointer = placeOfSystem({ study }, { system, pointer: pointers.get(row) ?? "/design" });
    if (toldApart.has(pointer)) continue;
    const others = members.map((member) => `\`${member}\``).join(", ");
    if (members.length === 0) {
      const message = `\`${name}\` is the same program as \`${first.labels.name}\`, under the same load`;
      const here = `${hint}; where rows meet in one cell alone, \`exclude\` it for one of them`;
      found.getOrInsert(pointer, { pointer, aim: "value", message, hint: here });
      continue;
    }
    found.set(pointer, {
      pointer,
      aim: "value",
      message: `row \`${row}\` is the same experiment as \`${first.labels.name}\`: they differ in ${others} alone, and an id covers no path, address or device of a machine`,
      hint: "declare the `sut.version` of each: with the engine and its lock it is what tells two builds apart",
    });
  }
  return [...found.values()];
}

/** Rows that stand where their predecessor or the baseline stands have a more precise diagnostic. */
function rowsWithTheirOwnFault({ changes, study }: LintContext): Set<string> {
  const moving = new Set(changes.filter(({ effect }) => effect.kind === "moves").map(({ change }) => change.pointer));
  if (study.design.factors !== undefined) return new Set();
  return new Set(study.design.changes.map(({ pointer }) => pointer).filter((pointer) => !moving.has(pointer)));
}

/**
 * Texts that are equal where two assignments ask for the same: for each knob, in one order for all rows, the number of its
 * value. A knob that nothing sets, or sets to what is in force anyway, has the empty text.
 */
function assignmentKeys({ valueOf, settings, catalogue }: LintContext): (row: Row) => string {
  const numbered = [...new Set(settings.map(({ knob }) => wholeKnob(knob)))].map((knob) => {
    const spellingOf = (value: Json): Json => catalogue.spellingOf(knob, value);
    const inForce = spellingOf(valueOf({}, knob) ?? null);
    const numbers = new Map<string, number>();
    // The same few values come again and again: their canonical texts are made once.
    const codeOf = onceEach((value: Json): string => {
      if (value === null || sameJson(spellingOf(value), inForce)) return "";
      return String(numbers.getOrInsert(canonicalJson(spellingOf(value)), numbers.size));
    });
    return { knob, codeOf };
  });
  return ({ assignment }) => {
    let key = "";
    for (const { knob, codeOf } of numbered) key += `${codeOf(memberOf(assignment, knob) ?? null)},`;
    return key;
  };
}
