import { join } from "node:path";
import type { Engine } from "../schema/engine.ts";
import type { Json } from "../schema/json.ts";
import { writtenKey, type Assignment } from "../schema/knob.ts";
import { nameInScope } from "../schema/knob-scopes.ts";
import { namedVariable } from "../schema/secrets.ts";

/** What any program needs to find its tools, its user and its language; nothing of it can move a number. */
const alwaysPassed = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_*", "TZ"];

export interface EngineFolders {
  /** A folder of the launch's own, removed when the engine is stopped. */
  private: string;
  /** The cache folder of ceteris. */
  cache: string;
}

export interface EngineVariables {
  variables: Record<string, string>;
  /** Names of those whose value is another variable of the user's, and that one's name. */
  references: Record<string, string>;
  /** Null where the engine file asks for no such folder. */
  privateFolder: string | null;
  cacheFolder: string | null;
  /** Folders that have to exist before the start. */
  folders: string[];
}

/**
 * The whole environment of an engine. Later wins: what the user's environment passes through, the engine file's
 * variables, its private folders, the devices, and last the knobs `env.*`.
 */
export function engineVariables(request: {
  engine: Engine;
  version: string | null;
  devices: readonly string[];
  knobs: Assignment;
  /** `Study.written`: values that are passed as they stand there. */
  written?: ReadonlyMap<string, string> | undefined;
  folders: EngineFolders;
  userVariables: Readonly<Record<string, string>>;
}): EngineVariables {
  const { engine, folders } = request;
  const variables = {
    ...passedThrough([...alwaysPassed, ...engine.passThrough], request.userVariables),
    ...engine.variables,
  };
  const made: string[] = [];
  const references: Record<string, string> = {};
  let privateFolder: string | null = null;
  let cacheFolder: string | null = null;
  for (const [name, kind] of Object.entries(engine.privateFolders)) {
    const folder = kind === "cache" ? keptFolder(request) : join(folders.private, name);
    if (kind === "cache") cacheFolder = folder;
    else privateFolder = folders.private;
    variables[name] = folder;
    made.push(folder);
  }
  if (engine.devicesVariable !== null && request.devices.length > 0)
    variables[engine.devicesVariable] = request.devices.join(",");
  for (const [knob, value] of Object.entries(request.knobs)) {
    const name = nameInScope(knob, "env");
    if (name === null || value === null) continue;
    const source = namedVariable(value);
    if (source !== null) {
      references[name] = source;
      variables[name] = request.userVariables[source] ?? "";
      continue;
    }
    variables[name] = request.written?.get(writtenKey(knob, value)) ?? asVariable(value);
  }
  return { variables, references, privateFolder, cacheFolder, folders: made };
}

/** Compiled kernels fit one version of an engine: another version gets another folder. */
function keptFolder(request: { engine: Engine; version: string | null; folders: EngineFolders }): string {
  const version = request.version ?? request.engine.version ?? "unversioned";
  return join(request.folders.cache, "engine-cache", `${request.engine.name}-${version}`);
}

/** What a program that is no engine gets of the user's environment. */
export function plainVariables(userVariables: Readonly<Record<string, string>>): Record<string, string> {
  return passedThrough(alwaysPassed, userVariables);
}

function passedThrough(
  names: readonly string[],
  userVariables: Readonly<Record<string, string>>,
): Record<string, string> {
  const passes = (name: string) =>
    names.some((allowed) => (allowed.endsWith("*") ? name.startsWith(allowed.slice(0, -1)) : name === allowed));
  return Object.fromEntries(Object.entries(userVariables).filter(([name]) => passes(name)));
}

/** Programs read `1` and `0` where a matrix says true and false. */
function asVariable(value: Json): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "string" ? value : JSON.stringify(value);
}
