import { choice, optional, partial, strict } from "./strict-object.ts";
import { Type, type Static } from "typebox";
import { canonicalJson, type Json } from "./json.ts";

/** A full or partial setting of knobs: canonical name to value. Engine knobs bare, load knobs `load.…`, environment `env.…`. */
export type Assignment = { [knob: string]: Json };

export const knobTypes = ["int", "float", "bool", "string", "choice", "json", "list"] as const;
export type KnobType = (typeof knobTypes)[number];

/** A member of a knob that takes a map. Its own members have dotted names beside it. */
export const KnobMember = partial({
  type: choice(knobTypes, { description: "what values it takes; any where it is missing" }),
  values: Type.Array(Type.String(), { description: "the choices" }),
  open: Type.Boolean({ description: "the choices are known ones, others may exist" }),
  min: Type.Number(),
  max: Type.Number(),
  until: Type.String({ description: "first version that no longer has it" }),
  replacement: Type.String({ description: "what to set instead, in words" }),
});
export type KnobMember = Static<typeof KnobMember>;

/**
 * One engine knob as the engine file declares it. Members are single words: this record lies in a map of users' keys,
 * which the disk format does not rename.
 */
export const KnobDefinition = strict({
  flag: Type.Optional(
    Type.String({
      description:
        "the option on the command line: --max-num-seqs; with = at its end the value follows without a space, and a word before that is an argument of its own: --set dtype=",
    }),
  ),
  negation: Type.Optional(
    Type.String({ description: "the option that says false; a bool without one is left out when false" }),
  ),
  type: choice(knobTypes, { description: "what values it takes" }),
  ...optional({
    values: Type.Array(Type.String(), { description: "the choices" }),
    open: Type.Boolean({ description: "the choices are known ones, others may exist (plugins)" }),
    min: Type.Number(),
    max: Type.Number(),
    default: Type.Unknown({ description: "what the engine does when the knob is not set; absent where it depends" }),
    since: Type.String({ description: "first version that has it" }),
    until: Type.String({ description: "first version that no longer has it" }),
    replacement: Type.String({ description: "what to set instead, in words" }),
    unsupported: Type.String({ description: "why this SUT lacks it; experiments that set it are SKIPPED" }),
    inert: Type.String({ description: "why it changes nothing on this SUT; a warning" }),
    resolved: Type.String({
      description: "where the resolved configuration holds it: a dotted path",
      examples: ["scheduler_config.max_num_seqs"],
    }),
    same: Type.Record(Type.String(), Type.String(), {
      description: "resolved spellings of a declared value: bfloat16 is torch.bfloat16",
    }),
    members: Type.Record(Type.String(), KnobMember, {
      description: "all that its map may hold, by dotted path; absent where it may hold anything",
    }),
    short: Type.String({ pattern: "^[a-z]{1,8}$", description: "stands for it in the names of rows: tp in tp8" }),
    group: Type.String({ description: "the engine's own heading: SchedulerConfig" }),
    help: Type.String(),
  }),
});
export type KnobDefinition = Static<typeof KnobDefinition>;

/** The key of a knob's value in `Study.written`. */
export function writtenKey(knob: string, value: Json): string {
  return `${knob} ${canonicalJson(value)}`;
}

/**
 * Scopes of settings: a name before the first point that is none of the engine's knobs. Those of the workload are the client's
 * (`load.concurrency`, `dataset.input_tokens`), `env.<NAME>` is the engine's environment, `sut.<member>` is what is launched.
 */
export const workloadScopes = ["load", "sampling", "dataset", "arrivals", "cancel", "extra_body"] as const;
export const knobScopes = [...workloadScopes, "env", "sut"] as const;

export type WorkloadScope = (typeof workloadScopes)[number];
export type KnobScope = (typeof knobScopes)[number];

/** The scopes of the client as a message lists them: `load.…`, `sampling.…`. */
export const clientScopesInWords = workloadScopes.map((scope) => `\`${scope}.…\``).join(", ");

/** The scope of a setting; null of an engine's knob, also of a member of one (`speculative_config.method`). */
export function scopeOf(knob: string): KnobScope | null {
  const point = knob.indexOf(".");
  const scope = point < 0 ? null : (knob.slice(0, point) as KnobScope);
  return scope !== null && knobScopes.includes(scope) ? scope : null;
}

/** What stands behind the scope: `concurrency` of `load.concurrency`; null of a knob of another scope. */
export function nameInScope(knob: string, scope: KnobScope): string | null {
  return knob.startsWith(`${scope}.`) ? knob.slice(scope.length + 1) : null;
}

/** True for what the client decides, and not the engine. */
export function isClientKnob(knob: string): boolean {
  const scope = scopeOf(knob);
  return scope !== null && scope !== "env" && scope !== "sut";
}

/** An engine's knob and the path within its value: `speculative_config.method` is a member of a knob that takes a map. Null of a bare name and of other scopes. */
export function knobMember(knob: string): { knob: string; path: string } | null {
  const point = knob.indexOf(".");
  return point <= 0 || scopeOf(knob) !== null ? null : { knob: knob.slice(0, point), path: knob.slice(point + 1) };
}

/** The knob that a member belongs to (`speculative_config` of `speculative_config.method`); any other name is its own. */
export function wholeKnob(knob: string): string {
  return knobMember(knob)?.knob ?? knob;
}

/** The load knobs that can change what the model says; they are part of the accuracy key, with all sampling. */
export const loadKnobsThatAffectOutput = ["batch_size", "barrier", "order", "truncate_prompt_tokens"] as const;

/** Short forms of the client's settings in the names of rows: `c64`. An engine file gives those of its knobs. */
const shortForms: ReadonlyMap<string, string> = new Map([
  ["load.concurrency", "c"],
  ["load.rate", "r"],
  ["load.batch_size", "bs"],
  ["dataset.input_tokens", "in"],
  ["dataset.output_tokens", "out"],
]);

/** The short form of each setting's name; null where it has none. */
export function shortNames(knobs: Readonly<Record<string, { short?: string }>>): (setting: string) => string | null {
  return (setting) =>
    shortForms.get(setting) ?? (Object.hasOwn(knobs, setting) ? (knobs[setting]?.short ?? null) : null);
}
