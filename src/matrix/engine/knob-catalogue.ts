import type { Engine } from "../../schema/engine.ts";
import { defined, memberOf, sameJson, type Json } from "../../schema/json.ts";
import { isClientKnob, knobMember, scopeOf } from "../../schema/knob.ts";
import { type KnobDefinition } from "../../schema/knob-definition.ts";
import { settingDefault } from "../../schema/setting-defaults.ts";
import type { Study } from "../../schema/study.ts";
import { LoadKnobs, Sampling } from "../../schema/workload.ts";
import { compareVersions, isVersion } from "../../schema/version.ts";

/** A knob as it is checked, wherever it comes from: the engine's table, the client's load, the sampling, the environment. */
export interface CheckedKnob {
  definition: Omit<KnobDefinition, "type"> & { type: KnobDefinition["type"] | "any" };
  /** A limit that is not itself allowed; null where there is none. */
  greaterThan: number | null;
}

export interface KnobCatalogue {
  /** Null where there is no such knob. */
  find(name: string): CheckedKnob | null;
  /** Names that may have been meant by a name that is unknown. */
  namesLike(name: string): string[];
  /** What is in force where nothing sets the knob; undefined where it depends. */
  defaultOf(name: string): Json | undefined;
  /** A value under the name by which the engine resolves it: two that have it in common are one. Any other value is its own. */
  spellingOf(name: string, value: Json): Json;
}

interface ValueSchema {
  type?: string;
  const?: string;
  anyOf?: ValueSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  description?: string;
}

/** All knobs of a study: its engines' bare (of several that have one the first counts), the client's as `load.…` and `sampling.…`, variables as `env.…`. */
export function knobCatalogue(study: Study, engines: readonly Engine[] = [study.engine]): KnobCatalogue {
  const client = new Map<string, CheckedKnob>([
    ...knobsOfSchema("load.", LoadKnobs.properties),
    ...knobsOfSchema("sampling.", Sampling.properties),
  ]);
  const engineKnobs = new Map(engines.toReversed().flatMap(({ knobs }) => Object.entries(knobs)));
  const checked = new Map<string, CheckedKnob>();
  const flags = new Map([...engineKnobs.values()].map((definition) => [definition.resolved, definition]));
  for (const [name, definition] of engineKnobs)
    checked.set(name, { definition: asTheirFlags(definition, flags), greaterThan: null });

  const find = (name: string): CheckedKnob | null =>
    isVariable(name) ? variable : (client.get(name) ?? checked.get(name) ?? memberIn(checked, name) ?? ofScope(name));
  return {
    find,
    namesLike: (name) => {
      const dotted = [...client.keys()];
      return isClientKnob(name) ? dotted : [...engineKnobs.keys(), ...dotted];
    },
    defaultOf: (name) => settingDefault(study, name),
    spellingOf: (name, value) =>
      (typeof value === "string" ? memberOf(find(name)?.definition.same ?? {}, value) : undefined) ?? value,
  };
}

/** A member of whose values nothing is known takes those of the flag that sets the same: `kernel_config.moe_backend` those of `--moe-backend`. */
function asTheirFlags(
  definition: KnobDefinition,
  flags: ReadonlyMap<string | undefined, KnobDefinition>,
): KnobDefinition {
  const { members, resolved } = definition;
  if (members === undefined || resolved === undefined) return definition;
  const known = Object.entries(members).map(([path, member]) => {
    const flag = member.type === undefined ? flags.get(`${resolved}.${path}`) : undefined;
    if (flag === undefined) return [path, member];
    const { type, values, open, min, max } = flag;
    return [path, { ...member, type, ...defined({ values, open, min, max }) }];
  });
  return { ...definition, members: Object.fromEntries(known) as typeof members };
}

/** A member of a knob that takes a map, such as `speculative_config.method`; of a version and a kind with the knob. */
function memberIn(knobs: ReadonlyMap<string, CheckedKnob>, name: string): CheckedKnob | null {
  const whole = knobs.get(knobMember(name)?.knob ?? "");
  if (whole === undefined || whole.definition.type !== "json") return null;
  const {
    type: _,
    values: _values,
    default: _default,
    min: _min,
    max: _max,
    members: _members,
    ...definition
  } = whole.definition;
  return { definition: { ...definition, type: "any" }, greaterThan: null };
}

/** A member of the workload's dataset, arrivals, cancel or body, or of `sut`: whether it fits, the rules on these say. */
function ofScope(name: string): CheckedKnob | null {
  const scope = scopeOf(name);
  return scope === null || scope === "load" || scope === "sampling" || scope === "env" ? null : anything;
}

const anything: CheckedKnob = { definition: { type: "any" }, greaterThan: null };

const variable: CheckedKnob = { definition: { type: "string" }, greaterThan: null };

/** A name that the environment can hold; `env.` alone or with other signs is not a knob. */
function isVariable(name: string): boolean {
  return /^env\.[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

function knobsOfSchema(prefix: string, properties: object): [string, CheckedKnob][] {
  return Object.entries(properties as { [name: string]: ValueSchema }).map(([name, schema]) => [
    prefix + name,
    { definition: definitionOf(schema), greaterThan: schema.exclusiveMinimum ?? null },
  ]);
}

function definitionOf(schema: ValueSchema): KnobDefinition {
  const choices = schema.anyOf?.flatMap((branch) => branch.const ?? []);
  if (choices !== undefined) return { type: "choice", values: choices };
  const types: Record<string, KnobDefinition["type"]> = { integer: "int", number: "float", boolean: "bool" };
  return {
    type: types[schema.type ?? ""] ?? "string",
    ...defined({ min: schema.minimum, max: schema.maximum, help: schema.description }),
  };
}

/** True where the version lacks the knob, and whether it came later or went before. Null where versions say nothing. */
export function availability(
  definition: Pick<KnobDefinition, "since" | "until">,
  version: string | null,
): "removed" | "not yet" | null {
  if (version === null || !isVersion(version)) return null;
  if (definition.until !== undefined && compareVersions(version, definition.until) >= 0) return "removed";
  if (definition.since !== undefined && compareVersions(version, definition.since) < 0) return "not yet";
  return null;
}

/** The engine and the version that messages speak of: `vllm 0.32.0`. */
export function engineWithVersion(study: { engine: Pick<Engine, "name">; version: string | null }): string {
  return study.version === null ? study.engine.name : `${study.engine.name} ${study.version}`;
}

/** An engine as of one version. */
export interface EngineOf {
  engine: Pick<Engine, "knobs">;
  version: string;
}

/** What becomes of some knobs from one version to another, a clause each: those that come or go, and other defaults. */
export function catalogueChanges(from: EngineOf, to: EngineOf, used: Iterable<string>): string[] {
  return [...new Set(used)].toSorted().flatMap((knob) => {
    const [was, is] = [knobOf(from, knob), knobOf(to, knob)];
    if (was === null && is === null) return [];
    if (is === null) return [`\`${knob}\` is gone`];
    if (was === null) return [`\`${knob}\` is new`];
    const before = (was.default ?? null) as Json;
    const now = (is.default ?? null) as Json;
    return sameJson(before, now)
      ? []
      : [`the default of \`${knob}\` is ${defaultText(now)}, and not ${defaultText(before)}`];
  });
}

function knobOf({ engine, version }: EngineOf, knob: string): KnobDefinition | null {
  const known = memberOf(engine.knobs, knob);
  return known === undefined || availability(known, version) !== null ? null : known;
}

function defaultText(value: Json): string {
  return value === null ? "what model or machine make it" : JSON.stringify(value);
}
