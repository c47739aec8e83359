import { canonicalJson, type Json } from "./json.ts";

/** A full or partial setting of knobs: canonical name to value. Engine knobs bare, load knobs `load.…`, environment `env.…`. */
export type Assignment = { [knob: string]: Json };

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
