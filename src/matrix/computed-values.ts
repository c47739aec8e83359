import { expressionOf, type ComputedResult } from "../schema/computed.ts";
import { configurationName, type Expansion, type Row } from "../schema/experiment.ts";
import { canonicalJson, memberAlong, pointerOf } from "../schema/json.ts";
import { wholeKnob, type Assignment } from "../schema/knob.ts";
import type { LintContext } from "./rule.ts";
import type { Setting, SettingValue } from "./settings.ts";

/**
 * The rows with values in the place of what is computed, and with all that these values change. A row whose values differ from
 * cell to cell is there once for each; where nothing is computed these are the rows themselves.
 */
export function rowsByValue({ rows, experiments, contrasts }: Expansion): Row[] {
  const computing = Map.groupBy(
    experiments.filter(({ computed }) => computed !== undefined),
    ({ labels }) => configurationName(labels),
  );
  if (computing.size === 0) return rows;
  const changedIn = new Map<string, Assignment>();
  for (const { treatment, changed } of contrasts) changedIn.getOrInsert(treatment, changed);
  return rows.flatMap((row) => {
    const variants = new Map<string, Row>();
    for (const { knobs, labels, computed = {} } of computing.get(configurationName({ ...row, row: row.id })) ?? []) {
      const made = new Set(Object.keys(computed).map(wholeKnob));
      const values = Object.entries(row.assignment).map(
        ([knob, value]) => [knob, made.has(knob) ? (knobs[knob] ?? value) : value] as const,
      );
      const own = { assignment: Object.fromEntries(values), changed: changedIn.get(labels.name) ?? row.changed };
      variants.getOrInsert(canonicalJson(own), { ...row, ...own });
    }
    return variants.size === 0 ? [row] : [...variants.values()];
  });
}

/**
 * The settings with each value that an expression has in some experiment in its place; one that has none stays as it is written. A
 * computed member of a map is a setting beside it.
 */
export function settingsByValue({ settings, expansion }: Pick<LintContext, "settings" | "expansion">): Setting[] {
  if (expansion.results.length === 0) return settings;
  const bySetting = Map.groupBy(expansion.results, ({ setting }) => setting);
  return settings.flatMap((setting) => {
    const members = [...bySetting].flatMap(([name, results]): Setting[] => {
      const path = pathWithin(setting.knob, name);
      if (path === null || path.length === 0) return [];
      const values = setting.values.flatMap((written) => valuesOf(written, path, results));
      return values.length === 0 ? [] : [{ ...setting, knob: name, pointer: values[0]!.pointer, values }];
    });
    const own = bySetting.get(setting.knob) ?? [];
    const values = setting.values.flatMap((written) => {
      const made = valuesOf(written, [], own);
      return made.length === 0 ? [written] : made;
    });
    return [{ ...setting, values }, ...members];
  });
}

/** The different values of what is computed at a path within a value. */
function valuesOf(
  { value, pointer }: SettingValue,
  path: string[],
  results: readonly ComputedResult[],
): SettingValue[] {
  const written = expressionOf(memberAlong(value, path));
  if (written === null) return [];
  const different = new Map<number, ComputedResult>();
  for (const result of results) if (result.expression === written) different.getOrInsert(result.value, result);
  return [...different.values()].map((result) => ({
    value: result.value,
    pointer: pointer + pointerOf(...path),
    result,
  }));
}

/** Names from a knob to a member of it, none of the knob itself; null of another knob. */
function pathWithin(knob: string, name: string): string[] | null {
  if (knob !== name && !name.startsWith(`${knob}.`)) return null;
  return name.slice(knob.length).split(".").slice(1);
}

/** Where an expression is written: as the value of a setting, else in its workload. */
export function placeOfComputed(
  { study, settings }: Pick<LintContext, "study" | "settings">,
  { setting, expression, workload }: Pick<ComputedResult, "setting" | "expression" | "workload">,
): string {
  for (const { knob, values } of settings) {
    const path = pathWithin(knob, setting);
    if (path === null) continue;
    const place = values.find(({ value }) => expressionOf(memberAlong(value, path)) === expression);
    if (place !== undefined) return place.pointer + pointerOf(...path);
  }
  const index = study.workloads.findIndex(({ name }) => name === workload);
  return pointerOf("workloads", index, ...setting.split("."));
}

/** Which expression of which experiment has a value, for the end of a message. */
export function ofExpression({ expression, name }: Pick<ComputedResult, "expression" | "name">): string {
  return ` (\`= ${expression}\` in \`${name}\`)`;
}

/** What to do about a value that an expression has. */
export const computedHint = "change the expression, so that it fits for every experiment";
