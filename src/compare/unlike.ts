import { canonicalJson, type Json } from "../schema/json.ts";
import type { Trial } from "../schema/trial.ts";

/** Something that is not the same on two sides, in words. */
export interface Unlike {
  what: string;
  control: string;
  treatment: string;
  /** `engine`: the sides are different engines; `refuses`: nothing is concluded; `told`: the reader is to know. */
  weight: "told" | "engine" | "refuses";
}

/** A fact that both sides should share. Leaves by dotted path; a fact of one value has the path "". */
interface Fact {
  what: string;
  weight: Unlike["weight"];
  of: (trial: Trial) => Leaves;
}

type Leaves = ReadonlyMap<string, string>;

/** What an identity or a provenance holds under a path; null where nothing is there. */
function at(value: Json | undefined, ...path: readonly string[]): Json {
  let found: Json = value ?? null;
  for (const name of path) {
    found = found !== null && typeof found === "object" && !Array.isArray(found) ? (found[name] ?? null) : null;
  }
  return found;
}

function leaves(value: Json, path = ""): [string, string][] {
  if (value === null) return [];
  if (typeof value !== "object" || Array.isArray(value))
    return [[path, typeof value === "string" ? value : canonicalJson(value)]];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, path === "" ? name : `${path}.${name}`));
}

const single = (what: string, weight: Unlike["weight"], of: (trial: Trial) => Json): Fact => ({
  what,
  weight,
  of: (trial) => new Map(leaves(of(trial))),
});

const configured = (name: string) => (trial: Trial) => at(trial.identity.configuration, name);

const selectedGpus = ({ provenance }: Trial): { [fact: string]: Json }[] =>
  (provenance?.gpus ?? []).filter(({ selected }) => selected !== false);

/** In the order of the lines. What the engine was found to be goes before what it was declared to be. */
const facts: readonly Fact[] = [
  single("origin", "refuses", ({ origin }) => origin),
  single("engine", "engine", configured("engine")),
  single(
    "engine version",
    "engine",
    (trial) => trial.provenance?.engine["version"] ?? at(trial.identity.configuration, "version"),
  ),
  single("environment lock", "engine", configured("environment_lock")),
  single("workload", "refuses", ({ identity }) => identity.workload),
  single("dataset digest", "told", ({ provenance }) => provenance?.dataset["sha256"] ?? null),
  single("prompt lengths", "told", ({ provenance }) => provenance?.dataset["promptLengths"] ?? null),
  single("model", "told", configured("model")),
  single("model revision", "told", configured("revision")),
  single("model digest", "told", ({ provenance }) => provenance?.model["digest"] ?? null),
  single("stand-in", "told", ({ standIn }) => standIn),
  single("fidelity", "told", ({ spec }) => spec.fidelity),
  single("GPU", "told", (trial) => {
    const names = selectedGpus(trial).map(({ name }) => name ?? null);
    return names.length === 0 ? null : names;
  }),
  single("GPU driver", "told", (trial) => selectedGpus(trial)[0]?.["driver"] ?? null),
  single("CPU", "told", ({ provenance }) => provenance?.host["cpuModel"] ?? null),
  single("knobs", "told", ({ knobs }) =>
    Object.fromEntries(Object.entries(knobs).filter(([name]) => !/^(load|sampling)\./.test(name))),
  ),
  single("engine arguments", "told", ({ identity }) => [
    ...list(at(identity.configuration, "always")),
    ...list(at(identity.configuration, "extra_args")),
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
    const told = (side: Leaves): string => {
      const named = paths.slice(0, mostNamed).map((path) => {
        const value = side.get(path) ?? (path === "" ? "not known" : "not set");
        return path === "" ? value : `${path} ${value}`;
      });
      return [...named, ...(paths.length > mostNamed ? [`${paths.length - mostNamed} more`] : [])].join(", ");
    };
    return [{ what, weight, control: told(left), treatment: told(right) }];
  });
}

/** Values that differ within a side are all named. */
function joined(each: readonly Leaves[]): Leaves {
  const values = new Map<string, Set<string>>();
  for (const one of each) for (const [path, value] of one) values.set(path, (values.get(path) ?? new Set()).add(value));
  return new Map([...values].map(([path, found]) => [path, [...found].toSorted().join(" and ")]));
}

/** `not the same: dataset digest: 3f… against 9a… (B)`. */
export function unlikeText({ what, control, treatment }: Unlike): string {
  return `not the same: ${what}: ${control} against ${treatment}`;
}
