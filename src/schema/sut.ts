import { runsAlready, versionKey, type Engine, type EngineEnvironment } from "./engine.ts";
import { canonicalJson, type Json } from "./json.ts";
import { isClientKnob, nameInScope, type Assignment } from "./knob.ts";
import { onceEach } from "./once-each.ts";
import type { Study } from "./study.ts";

/** What is launched for an experiment: an engine, its version, and what it serves. */
export type Sut = Pick<
  Study,
  "engine" | "version" | "model" | "revision" | "tokenizer" | "devices" | "extraArgs" | "prefix" | "beforeLaunch"
>;

/** Of the members that a setting can have, those that a server which runs already heeds. */
const heededByServers: readonly string[] = ["engine", "model", "devices", "before_launch"];

/** True of a setting that can differ on a server that runs already: what the client decides, the model it asks for, what runs before. */
export function variesOnServer(setting: string): boolean {
  const member = nameInScope(setting, "sut");
  return member === null ? isClientKnob(setting) : heededByServers.includes(member);
}

const sutsOfStudy = onceEach((_study: Study) => new Map<string, Sut>(), new WeakMap());

/** What is launched with these settings: the study's own, less what they set (`sut.version`). The same value for the same settings. */
export function sutOf(study: Study, settings: Assignment): Sut {
  const set = sutSettings(settings);
  return sutsOfStudy(study).getOrInsertComputed(set === null ? "" : canonicalJson(set), () => {
    const { engine, version, model, revision, tokenizer, devices, extraArgs, prefix, beforeLaunch } = study;
    const own = { engine, version, model, revision, tokenizer, devices, extraArgs, prefix, beforeLaunch };
    return set === null ? own : withSettings(study, own, set);
  });
}

/** The devices that its engine may use: those that the matrix names, else those of the user's environment; empty where neither names any. */
export function devicesOfSut(
  { engine, devices }: Pick<Sut, "engine" | "devices">,
  variables: Readonly<Record<string, string | undefined>>,
): string[] {
  if (devices.length > 0 || engine.devicesVariable === null || runsAlready(engine)) return devices;
  return listed(variables[engine.devicesVariable]);
}

/** The devices of a variable as `CUDA_VISIBLE_DEVICES` has them: with commas between. */
export function listed(variable = ""): string[] {
  return variable
    .split(",")
    .map((device) => device.trim())
    .filter((device) => device !== "");
}

/** What is launched for any of these experiments, each once, in their order. */
export function sutsOf(study: Study, experiments: readonly { knobs: Assignment }[]): Sut[] {
  return [...new Set(experiments.map(({ knobs }) => sutOf(study, knobs)))];
}

/** `simulated` where one of the engines is: whoever reads figures of these experiments must know. */
export function originOfEngines(study: Study, experiments: readonly { knobs: Assignment }[]): Engine["origin"] {
  return sutsOf(study, experiments).some(({ engine }) => engine.origin === "simulated") ? "simulated" : "measured";
}

/** True where the command line put one engine in the place of each that the matrix names: versions are none of its own. */
export function engineIsReplaced({ engine, declaredEngine }: Pick<Study, "engine" | "declaredEngine">): boolean {
  return engine.name !== declaredEngine;
}

/** Those of a study's settings that say what is launched, by the member's name; null where none does. */
export function sutSettings(settings: Assignment): { [member: string]: Json } | null {
  let found: { [member: string]: Json } | null = null;
  for (const name in settings) {
    const member = nameInScope(name, "sut");
    if (member !== null) (found ??= {})[member] = settings[name] ?? null;
  }
  return found;
}

/** Engines in other environments than their files say: one value for each, so that it is made ready once. */
const movedEngines = onceEach((_engine: Engine) => new WeakMap<EngineEnvironment, Engine>(), new WeakMap());

/** An engine in another environment. */
export function engineThere(engine: Engine, there: EngineEnvironment): Engine {
  const { environment, environmentLock, folder } = there;
  return movedEngines(engine).getOrInsertComputed(there, () => ({ ...engine, environment, environmentLock, folder }));
}

function withSettings(study: Study, own: Sut, set: { [member: string]: Json }): Sut {
  const text = (member: string, otherwise: string | null): string | null =>
    member in set ? (typeof set[member] === "string" ? set[member] : null) : otherwise;
  const list = (member: string, otherwise: string[]): string[] =>
    Array.isArray(set[member]) ? set[member].map(String) : otherwise;
  const named = study.engines.get(text("engine", null) ?? "") ?? own.engine;
  const otherEngine = named.name !== own.engine.name;
  const isReplaced = engineIsReplaced(study);
  const environment = isReplaced ? undefined : study.environments.get(canonicalJson(set["environment"] ?? null));
  // Another engine has versions of its own, and another model revisions and a tokenizer.
  const version = isReplaced
    ? own.version
    : text("version", environment?.version ?? (otherEngine ? named.version : own.version));
  const ofVersion = isReplaced || version === null ? undefined : study.engines.get(versionKey(named.name, version));
  const engine =
    environment === undefined && ofVersion === undefined
      ? named
      : engineThere(ofVersion ?? named, environment ?? named);
  const model = isReplaced && engine.standIn?.model !== undefined ? own.model : (text("model", own.model) ?? "");
  const otherModel = model !== own.model;
  return {
    engine,
    version,
    model,
    revision: text("revision", otherModel ? null : own.revision),
    tokenizer: text("tokenizer", otherModel ? null : own.tokenizer),
    devices: list("devices", own.devices),
    extraArgs: list("extra_args", otherEngine ? [] : own.extraArgs),
    prefix: list("prefix", own.prefix),
    beforeLaunch: Array.isArray(set["before_launch"])
      ? set["before_launch"].map((argv) => (Array.isArray(argv) ? argv.map(String) : []))
      : own.beforeLaunch,
  };
}
