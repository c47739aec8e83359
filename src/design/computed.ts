import { evaluateArithmetic, parseArithmetic, type ArithmeticFault } from "../math/arithmetic.ts";
import { expressionOf, type ComputedFault, type ComputedResult } from "../schema/computed.ts";
import { asMap, memberAt, memberOf, type Json } from "../schema/json.ts";
import { isClientKnob, scopeOf, type Assignment } from "../schema/knob.ts";
import { clientSettingIn, type Workload } from "../schema/workload.ts";
import { workloadWith } from "./workload-with.ts";
import { onceEach } from "../schema/once-each.ts";

/** What computed values were made of: the settings and the workload with their values, each expression by its setting, what came out, and what could not be computed. */
export interface Computed {
  settings: Assignment;
  workload: Workload;
  expressions: { [setting: string]: string };
  results: Omit<ComputedResult, "name" | "workload">[];
  faults: Omit<ComputedFault, "name" | "workload">[];
}

/** Numbers of requests are whole: a rate times a time is rounded up. */
const counted = /^(counts\.(\w+\.)?requests|warmup\.requests)$/;

const expressionIn = onceEach(parseArithmetic);

/** True where a setting of these, or a member of the workload, is computed. */
export function hasComputed(settings: Assignment, { computed = [] }: Workload): boolean {
  if (computed.length > 0) return true;
  for (const name in settings) if (hasExpression(name, settings[name]!)) return true;
  return false;
}

/** The expressions of a setting: its own, or those of the members of an engine's map, each by its dotted name. */
function expressionsIn(name: string, value: Json): [string, string][] {
  const text = expressionOf(value);
  if (text !== null) return [[name, text]];
  return membersOf(name, value).flatMap(([member, inside]) => expressionsIn(`${name}.${member}`, inside));
}

function hasExpression(name: string, value: Json): boolean {
  if (expressionOf(value) !== null) return true;
  return membersOf(name, value).some(([member, inside]) => hasExpression(`${name}.${member}`, inside));
}

function membersOf(name: string, value: Json): [string, Json][] {
  return typeof value === "object" && scopeOf(name) === null ? Object.entries(asMap(value) ?? {}) : [];
}

/**
 * Computes what starts with `=`, from the settings of one experiment, its workload and the engine's defaults. An expression
 * may name another computed setting. What cannot be computed is left out, and is a fault.
 */
export function compute(
  settings: Assignment,
  workload: Workload,
  defaultOf: (knob: string) => Json | undefined,
): Computed {
  const written = new Map<string, string>();
  const plain: Assignment = {};
  for (const [name, value] of Object.entries(settings)) {
    for (const [own, text] of expressionsIn(name, value)) written.set(own, text);
    if (!written.has(name)) plain[name] = value;
  }
  const ofSettings = new Set(written.keys());
  for (const { path, expression } of workload.computed ?? [])
    if (!Object.hasOwn(settings, path)) written.set(path, expression);
  const withPlain = workloadWith(workload, plain);

  const values = new Map<string, number | ArithmeticFault>();
  const underWay = new Set<string>();
  const valueOf = (name: string): number | ArithmeticFault => {
    const text = written.get(name);
    if (text === undefined) return numberOf(name, plain, withPlain, defaultOf);
    const known = values.get(name);
    if (known !== undefined) return known;
    if (underWay.has(name)) return { why: `\`${name}\` is computed from itself` };
    underWay.add(name);
    const expression = expressionIn(text);
    const value = "why" in expression ? expression : evaluateArithmetic(expression, valueOf);
    underWay.delete(name);
    const rounded = typeof value === "number" && counted.test(name) ? Math.ceil(value) : value;
    values.set(name, rounded);
    return rounded;
  };

  const made: Assignment = { ...plain };
  const members: [string, number][] = [];
  const results: Computed["results"] = [];
  const faults: Computed["faults"] = [];
  for (const [name, expression] of written) {
    const value = valueOf(name);
    if (typeof value !== "number") {
      // The fault of what it is computed from is said there.
      const [root = name] = [...values].find(([, one]) => one === value) ?? [];
      if (written.get(root) === expression) faults.push({ setting: name, expression, why: value.why });
      continue;
    }
    results.push({ setting: name, expression, value });
    if (Object.hasOwn(settings, name)) made[name] = value;
    else if (!ofSettings.has(name)) members.push([name, value]);
  }
  const withValues = (name: string, value: Json): Json => {
    const number = values.get(name);
    if (typeof number === "number") return number;
    const inside = membersOf(name, value).map(([key, one]) => [key, withValues(`${name}.${key}`, one)] as const);
    return inside.length === 0 ? value : Object.fromEntries(inside);
  };
  for (const [name, value] of Object.entries(plain))
    if (hasExpression(name, value)) made[name] = withValues(name, value);
  const inOrder = Object.fromEntries(
    Object.keys(settings).flatMap((name) => (Object.hasOwn(made, name) ? [[name, made[name]!]] : [])),
  );
  return {
    settings: inOrder,
    workload: members.reduce((one, [path, value]) => withNumber(one, path, value), workload),
    expressions: Object.fromEntries(written),
    results,
    faults,
  };
}

/** The number that a name stands for: a setting, a member of the workload, or what the engine does where nothing is set. */
export function numberOf(
  name: string,
  settings: Assignment,
  workload: Workload,
  defaultOf: (knob: string) => Json | undefined = () => undefined,
): number | ArithmeticFault {
  const value = isClientKnob(name)
    ? (clientSettingIn(workload, name) ?? null)
    : (memberOf(settings, name) ?? defaultOf(name) ?? memberAt(settings, name) ?? null);
  if (typeof value === "number") return value;
  const fixed = asMap(value);
  if (fixed?.["distribution"] === "fixed" && typeof fixed["value"] === "number") return fixed["value"];
  if (value === null) return { why: `nothing sets \`${name}\`` };
  return { why: `\`${name}\` is not a number here: it is ${JSON.stringify(value)}` };
}

/** The workload with a number at a path of its file: `counts.screen.requests`, `dataset.input_tokens`, `warmup.requests`. */
function withNumber(workload: Workload, path: string, value: number): Workload {
  if (path === "warmup.requests") return { ...workload, warmupRequests: value };
  if (path === "deadline_s") return { ...workload, deadlineS: value };
  if (isClientKnob(path)) return workloadWith(workload, { [path]: value });
  const [, first = "", second] = path.split(".");
  const counts: { [fidelity: string]: object } = workload.counts;
  // `counts.requests` is of each fidelity that says nothing itself.
  const [fidelities, member] = second === undefined ? [workload.countsOfAll ?? [], first] : [[first], second];
  const made = fidelities.map((fidelity) => [fidelity, { ...counts[fidelity], [member]: value }]);
  return { ...workload, counts: { ...counts, ...Object.fromEntries(made) } as Workload["counts"] };
}
