import type { Unlike } from "../schema/comparison.ts";
import { asMap, canonicalJson, type Json } from "../schema/json.ts";
import { isClientKnob } from "../schema/knob.ts";
import { onceEach } from "../schema/once-each.ts";
import type { Trial } from "../schema/trial.ts";
import { usedGpus } from "../schema/used-devices.ts";
import { askedRequests } from "./pool.ts";
import { firstNames } from "../math/figures.ts";

/** A fact that both sides should share. Leaves by dotted path; a fact of one value has the path "". */
interface Fact {
  what: string;
  weight: Unlike["weight"];
  of: (trial: Trial) => Leaves;
  /** The knobs that declare a change of a fact that two arms of a study otherwise have to share; absent of facts that they need not share. */
  unless?: readonly string[];
}

type Leaves = ReadonlyMap<string, string>;

function leaves(value: Json, path = ""): [string, string][] {
  if (value === null) return [];
  if (typeof value !== "object" || Array.isArray(value))
    return [[path, typeof value === "string" ? value : canonicalJson(value)]];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, path === "" ? name : `${path}.${name}`));
}

const single = (
  what: string,
  weight: Unlike["weight"],
  of: (trial: Trial) => Json,
  unless?: readonly string[],
): Fact => ({
  what,
  weight,
  // A baseline is asked about with each change.
  of: onceEach((trial) => new Map(leaves(of(trial))), new WeakMap()),
  ...(unless && { unless }),
});

const ofEngine = ["sut.engine", "sut.version", "sut.environment"];
const ofModel = ["sut.model", "sut.revision"];
const ofDevices = ["sut.devices"];

/** What the configuration holds under a name; null where nothing is there. */
const configured =
  (name: string) =>
  ({ identity }: Trial): Json =>
    asMap(identity.configuration)?.[name] ?? null;

function gpuNames(trial: Trial): Json {
  const names = usedGpus(trial.provenance).map(({ name }) => name ?? null);
  return names.length === 0 ? null : names.length === 1 ? names[0]! : names;
}

/** In the order of the lines. What the engine was found to be goes before what it was declared to be. */
const facts: readonly Fact[] = [
  single("origin", "refuses", ({ origin }) => origin, []),
  single("engine", "engine", configured("engine")),
  single(
    "engine version",
    "engine",
    (trial) => trial.provenance?.engine["version"] ?? configured("version")(trial),
    ofEngine,
  ),
  single("engine packages", "told", ({ provenance }) => provenance?.engine["packages"] ?? null, ofEngine),
  single("environment lock", "engine", configured("environment_lock")),
  single("workload", "refuses", ({ identity }) => identity.workload),
  single("dataset digest", "told", ({ provenance }) => provenance?.dataset["sha256"] ?? null, []),
  single("sample count", "told", (trial) => askedRequests(trial), []),
  single("prompt lengths", "told", ({ provenance }) => provenance?.dataset["promptLengths"] ?? null, ofModel),
  single("model", "told", configured("model")),
  single("model revision", "told", configured("revision")),
  single("model digest", "told", ({ provenance }) => provenance?.model["digest"] ?? null, ofModel),
  single("stand-in", "told", ({ standIn }) => standIn, []),
  single("fidelity", "told", ({ spec }) => spec.fidelity),
  single("GPU", "told", gpuNames, ofDevices),
  single("GPU driver", "told", (trial) => usedGpus(trial.provenance)[0]?.["driver"] ?? null, ofDevices),
  single("CPU", "told", ({ provenance }) => provenance?.host["cpuModel"] ?? null, []),
  single("CPU cores", "told", ({ provenance }) => provenance?.host["cpus"] ?? null, []),
  single("NUMA nodes", "told", ({ provenance }) => provenance?.host["numaNodes"] ?? null, []),
  single("load generator", "told", ({ provenance }) => provenance?.ceteris.version ?? null, []),
  single("knobs", "told", ({ knobs }) =>
    Object.fromEntries(Object.entries(knobs).filter(([name]) => !isClientKnob(name))),
  ),
  single("engine arguments", "told", (trial) => [
    ...list(configured("always")(trial)),
    ...list(configured("extra_args")(trial)),
  ]),
  single("variables", "told", configured("variables")),
];

function list(value: Json): Json[] {
  return Array.isArray(value) ? value : [];
}

/** Members of a fact that are named; the rest are counted. */
const mostNamed = 6;

/** What is not the same on the two sides, a row a fact; empty where a side has no trials. */
export function unlikeness(control: readonly Trial[], treatment: readonly Trial[]): Unlike[] {
  if (control.length === 0 || treatment.length === 0) return [];
  return facts.flatMap(({ what, weight, of }) => {
    const [left, right] = [joined(control.map(of)), joined(treatment.map(of))];
    const paths = [...new Set([...left.keys(), ...right.keys()])].filter((path) => left.get(path) !== right.get(path));
    if (paths.length === 0) return [];
    return [{ what, weight, control: shownOf(left, paths), treatment: shownOf(right, paths) }];
  });
}

function shownOf(side: Leaves, paths: readonly string[]): string {
  const named = paths.map((path) => {
    const value = side.get(path) ?? (path === "" ? "not known" : "not set");
    return path === "" ? value : `${path} ${value}`;
  });
  return firstNames(named, mostNamed).join(", ");
}

const settingFacts: ReadonlySet<string> = new Set(["origin", "engine version", "model digest", "GPU", "GPU driver"]);
const sharedFacts = facts.filter(({ what }) => settingFacts.has(what));

/** What pooled trials have in common: what ran on what, less what `changed` declares to differ. Data and host may differ from block to block. */
export function settingOf(trial: Trial, changed: readonly string[] = []): string {
  const shared = sharedFacts.filter((fact) => !isDeclared(fact, changed));
  return canonicalJson(shared.map(({ of }) => Object.fromEntries(of(trial))));
}

function isDeclared({ unless = [] }: Fact, changed: readonly string[]): boolean {
  return unless.some((knob) => changed.includes(knob));
}

/** A fact that is not the same on both sides of a block. */
export interface UnlikeInBlocks {
  what: string;
  treatment: string;
  control: string;
  /** Blocks in which it differs, of those that hold both sides. */
  blocks: number;
  of: number;
}

/**
 * What two arms of a study found that is not the same and that their change does not declare, judged block by block: a
 * difference between blocks is absorbed, and a missing trial makes none. Arms that share no block are compared as a
 * whole. A fact that is unknown of a trial is not compared.
 */
export function unlikeInBlocks(
  treatment: readonly Trial[],
  control: readonly Trial[],
  changed: readonly string[],
): UnlikeInBlocks[] {
  const pairs = sharedBlocks(treatment, control);
  const all = [...treatment, ...control];
  return facts.flatMap((fact) => {
    const { what, of, unless } = fact;
    if (unless === undefined || isDeclared(fact, changed)) return [];
    if (all.every((trial) => areSame(of(trial), of(all[0]!)))) return [];
    const differing = pairs.flatMap(([above, below]) => {
      const [left, right] = [joined(above.map(of)), joined(below.map(of))];
      const paths = [...left.keys()].filter((path) => right.has(path) && left.get(path) !== right.get(path));
      return paths.length === 0 ? [] : [{ treatment: shownOf(left, paths), control: shownOf(right, paths) }];
    });
    if (differing.length === 0) return [];
    const each = (side: "treatment" | "control"): string =>
      [...new Set(differing.map((one) => one[side]))].join(" and ");
    return [
      { what, treatment: each("treatment"), control: each("control"), blocks: differing.length, of: pairs.length },
    ];
  });
}

/** Trials of both sides in each block that holds both; all of them as one where no block does. */
export function sharedBlocks(treatment: readonly Trial[], control: readonly Trial[]): [Trial[], Trial[]][] {
  const byBlock = Map.groupBy(control, ({ spec }) => spec.block);
  const shared = [...Map.groupBy(treatment, ({ spec }) => spec.block)].flatMap(([block, own]): [Trial[], Trial[]][] => {
    const others = byBlock.get(block);
    return others === undefined ? [] : [[own, others]];
  });
  if (shared.length > 0 || treatment.length === 0 || control.length === 0) return shared;
  return [[[...treatment], [...control]]];
}

function areSame(left: Leaves, right: Leaves): boolean {
  return left.size === right.size && left.entries().every(([path, value]) => right.get(path) === value);
}

/** Values that differ within a side are all named. */
function joined(each: readonly Leaves[]): Leaves {
  const values = new Map<string, Set<string>>();
  for (const [path, value] of each.flatMap((one) => [...one]))
    values.getOrInsertComputed(path, () => new Set()).add(value);
  return new Map([...values].map(([path, found]) => [path, [...found].toSorted().join(" and ")]));
}
