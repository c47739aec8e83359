import type { Row } from "../../schema/experiment.ts";
import { isClientKnob, scopeOf } from "../../schema/knob.ts";
import { parseMap, plainText, type Json } from "../../schema/json.ts";
import { sutOf } from "../../schema/sut.ts";
import { checkValues, hasType, typesInWords } from "../engine/checkable-values.ts";
import { isSet } from "../engine/conditions.ts";
import { gpuKnobs } from "../engine/gpu-rule.ts";
import type { CheckedKnob } from "../engine/knob-catalogue.ts";
import { placeOfComputed } from "../computed-values.ts";
import { nameOf, rowNames, rowsWhere } from "../row-groups.ts";
import { oncePerPlace, type LintContext, type RuleTable } from "../rule.ts";
import { computedMemberFaults } from "../workload/computed-faults.ts";
import { axesOfStudy } from "../settings.ts";
import { meant } from "../yaml/nearest.ts";
import { sourceOf } from "../yaml/places.ts";
import { settingNames } from "../yaml/sections.ts";
import { shown } from "../yaml/shape.ts";
import { adviceOnType, inQuotes, tooLarge } from "../yaml/type-advice.ts";

export const knobValuesRules: RuleTable = {
  /** A value that is not among the choices. Where the list is open (plugins add to it) it is a warning. */
  "not-a-choice": {
    severity: "error",
    eachSystem: true,
    check: (context) =>
      checkValues(context, (value, { definition }, name) => {
        const choices = definition.values ?? [];
        if (choices.length === 0) return null;
        const wrong = chosen(value, definition).find((item) => !choices.includes(plainText(item)));
        if (wrong === undefined) return null;
        const message = `\`${name}\` ${definition.open ? "has no known choice" : "cannot be"} ${shown(wrong)}`;
        const hint = meant(plainText(wrong), choices, true);
        return { message, hint, ...(definition.open ? { severity: "warning" as const } : {}) };
      }),
  },
  /** A number outside what the knob takes. */
  "out-of-range": {
    severity: "error",
    eachSystem: true,
    check: (context) => [
      ...checkValues(context, (value, knob, name) => {
        if (typeof value !== "number" || isInRange(value, knob)) return null;
        const hint = knob.definition.help ?? "change the value, or take the row out";
        return { message: `\`${name}\` must be ${rangeInWords(knob)}, not ${value}`, hint };
      }),
      ...computedMemberFaults(context, "out-of-range"),
    ],
  },
  /** A value of another type than the knob takes. */
  "wrong-type": {
    severity: "error",
    eachSystem: true,
    check: (context) => [
      ...checkValues(context, (value, knob, name, pointer) => {
        if (hasType(value, knob)) return null;
        const source = sourceOf(context.study.locations, pointer);
        const message = `\`${name}\` takes ${typesInWords[knob.definition.type]}, not ${shown(value, source)}`;
        return { message, hint: hintFor(name, knob, value, source) };
      }).map((found) => ({ ...found, pointer: placeOfFraction(context, found.pointer) })),
      ...computedMemberFaults(context, "wrong-type"),
    ],
  },
  /** A computed value that cannot be computed. Whether its setting takes the value, the rules of values say. */
  "computed-value": {
    severity: "error",
    check(context) {
      return oncePerPlace(
        context.expansion.faults.map((fault) => ({
          pointer: placeOfComputed(context, fault),
          aim: "value",
          message: `\`= ${fault.expression}\`: ${fault.why}`,
          hint: hintForName(context, /nothing sets `(.*)`/.exec(fault.why)?.[1]),
        })),
      );
    },
  },
  /** More tokens than the model was made for: the engine refuses to start. */
  "length-over-model": {
    severity: "error",
    eachSystem: true,
    check(context) {
      const { engine } = context.study;
      const { modelLength } = context;
      if (engine.modelLength === null || modelLength === null) return [];
      const { knob, unless } = engine.modelLength;
      const holds = (row: Row) =>
        asked(context, row, knob) > modelLength && !(unless !== undefined && isSet(row.assignment, unless));
      return rowsWhere(context, [knob], holds).map((group) => ({
        pointer: group.pointer,
        aim: "value",
        message: `${rowNames(group)} asks for ${knob} ${asked(context, group.row, knob)}, and the model was made for ${modelLength} (its config.json)`,
        hint: `set ${knob} to ${modelLength} at most${unless === undefined ? "" : `, or ${unless} where you know that the model goes further`}`,
      }));
    },
  },
  /** More GPUs than `sut.devices` has. Without devices, how many there are is the machine's to say. */
  "too-many-gpus": {
    severity: "error",
    check(context) {
      const { study, expansion } = context;
      const found = new Map<string, { gpus: number; devices: number; knobs: string[] }>();
      for (const { knobs, gpus = null, labels } of expansion.experiments) {
        const { devices: named, engine } = sutOf(study, knobs);
        // Two workers on one GPU are refused: a device that is named twice is one.
        const devices = [...new Set(named)];
        const row = nameOf({ ...labels, id: labels.row });
        if (gpus === null || devices.length === 0 || gpus <= devices.length || found.has(row)) continue;
        found.set(row, { gpus, devices: devices.length, knobs: gpuKnobs(engine) });
      }
      if (found.size === 0) return [];
      const knobs = [...new Set([...found.values()].flatMap((one) => one.knobs)), "sut.devices"];
      return rowsWhere(context, knobs, (row) => found.has(nameOf(row))).map((group) => {
        const { gpus, devices, knobs: own } = found.get(nameOf(group.row))!;
        const message = `${rowNames(group)} needs ${gpus} GPUs, and sut.devices has ${devices}`;
        return { pointer: group.pointer, aim: "key", message, hint: `lower ${own.join(" × ")}, or name more devices` };
      });
    },
  },
};

/** The part of a range that its fractions come from; the place itself of any other value. */
function placeOfFraction({ study }: LintContext, pointer: string): string {
  const range = axesOfStudy(study).find((axis) => axis.pointer === pointer)?.range;
  const part = Object.entries(range ?? {}).find(([name, value]) => name !== "to" && !Number.isInteger(value));
  return part === undefined ? pointer : `${pointer}/${part[0]}`;
}

/** The parts of a value that have to be choices. A number stands for its digits: `optimization_level: 2`. */
function chosen(value: Json, { type, values = [] }: CheckedKnob["definition"]): Json[] {
  if (type === "choice") return typeof value === "string" || typeof value === "number" ? [value] : [];
  if (type === "list") return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  // Words beside a number are taken as well (`auto`); where the list has numbers, they are the only ones.
  const numbersListed = values.some((word) => Number.isFinite(Number(word)));
  return typeof value === "number" && numbersListed ? [value] : [];
}

function isInRange(value: number, { definition, greaterThan }: CheckedKnob): boolean {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = definition;
  return value >= min && value <= max && (greaterThan === null || value > greaterThan);
}

function rangeInWords({ definition: { min, max }, greaterThan }: CheckedKnob): string {
  const low = greaterThan === null ? (min === undefined ? [] : [`at least ${min}`]) : [`above ${greaterThan}`];
  return [...low, ...(max === undefined ? [] : [`at most ${max}`])].join(" and ");
}

function hintFor(name: string, { definition }: CheckedKnob, value: Json, source: string): string {
  const words = definition.values ?? [];
  const named = words.length === 0 ? "" : `; also ${words.join(", ")}`;
  if (typeof value === "string" && (definition.type === "int" || definition.type === "float")) {
    const inFull = /^["']/.test(source) ? "write the number in full and without quotes" : "write the number in full";
    return `${adviceOnType(`/${name}`, value, { type: "number" }, () => source) ?? inFull}${named}`;
  }
  if (definition.type === "int" && typeof value === "number" && tooLarge(value) !== null) return tooLarge(value)!;
  if (definition.type === "json" && typeof value === "string" && parseMap(value) !== null)
    return `write the map itself, without quotes: \`${value}\``;
  if (definition.type === "bool")
    return adviceOnType(`/${name}`, value, { type: "boolean" }) ?? "write true or false without quotes";
  if (definition.type === "string" && (typeof value === "number" || typeof value === "boolean"))
    return `write it in quotes: ${inQuotes(value, source)}`;
  if (definition.type === "list")
    return Array.isArray(value)
      ? "nothing of an empty list reaches the engine: write what it holds, or take the knob back with null"
      : "write it as a list: [a, b]";
  if (definition.type === "choice") return `one of ${words.join(", ")}`;
  return `write ${typesInWords[definition.type]}${named}`;
}

/** What to do about a name in an expression that has no value. */
function hintForName({ catalogue }: LintContext, name: string | undefined): string {
  if (name === undefined)
    return "write arithmetic over names of settings: = dataset.input_tokens + dataset.output_tokens + 256";
  if (catalogue.find(name) === null) return meant(name, catalogue.namesLike(name)) || "write the name of a setting";
  const ofWorkload = settingNames();
  if (isClientKnob(name) && scopeOf(name) !== "extra_body" && !ofWorkload.includes(name))
    return meant(name, ofWorkload);
  return isClientKnob(name)
    ? "set it in the workload, or by an axis"
    : `set it in \`baseline: { knobs: { ${name}: … } }\`: its default depends, or nobody knows it`;
}

function asked({ valueOf }: LintContext, row: Row, knob: string): number {
  const value = valueOf(row.assignment, knob);
  return typeof value === "number" ? value : 0;
}
