import type { Engine } from "./engine.ts";
import { canonicalJson, type Json } from "./json.ts";
import type { Assignment } from "./knob.ts";
import { isClientKnob, nameInScope } from "./knob-scopes.ts";
import type { Study } from "./study.ts";

/** What is launched for an experiment: an engine, its version, and what it serves. */
export interface Sut {
  engine: Engine;
  version: string | null;
  model: string;
  revision: string | null;
  tokenizer: string | null;
  devices: string[];
  extraArgs: string[];
  /** What the engine's command is put behind. */
  prefix: string[];
  /** Argument lists of what runs before each launch. */
  beforeLaunch: string[][];
}

/** Of the members that a setting can have, those that a server which runs already heeds. */
const heededByServers: readonly string[] = ["engine", "model", "devices", "before_launch"];

/** True of a setting that can differ on a server that runs already: what the client decides, the model it asks for, what runs before. */
export function variesOnServer(setting: string): boolean {
  const member = nameInScope(setting, "sut");
  return member === null ? isClientKnob(setting) : heededByServers.includes(member);
}

const suts = new WeakMap<Study, Map<string, Sut>>();

/** What is launched with these settings: the study's own, less what they set (`sut.version`). The same value for the same settings. */
export function sutOf(study: Study, settings: Assignment): Sut {
  const known = suts.get(study) ?? new Map<string, Sut>();
  suts.set(study, known);
  const set = sutSettings(settings);
  const key = set === null ? "" : canonicalJson(set);
  let found = known.get(key);
  if (found === undefined) {
    const { engine, version, model, revision, tokenizer, devices, extraArgs, prefix, beforeLaunch } = study;
    const own = { engine, version, model, revision, tokenizer, devices, extraArgs, prefix, beforeLaunch };
    known.set(key, (found = set === null ? own : withSettings(study, own, set)));
  }
  return found;
}

/** What is launched for any of some rows or experiments, each once, in their order. */
export function sutsOf(study: Study, settings: readonly Assignment[]): Sut[] {
  return [...new Set(settings.map((one) => sutOf(study, one)))];
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

function withSettings(study: Study, own: Sut, set: { [member: string]: Json }): Sut {
  const text = (member: string, otherwise: string | null): string | null =>
    member in set ? (typeof set[member] === "string" ? set[member] : null) : otherwise;
  const list = (member: string, otherwise: string[]): string[] =>
    Array.isArray(set[member]) ? set[member].map(String) : otherwise;
  const engine = study.engines.get(text("engine", null) ?? "") ?? own.engine;
  const otherEngine = engine !== own.engine;
  const otherModel = "model" in set;
  return {
    engine,
    // Another engine has versions of its own, and another model revisions and a tokenizer.
    version: text("version", otherEngine ? engine.version : own.version),
    model: text("model", own.model) ?? "",
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
