import { join } from "node:path";
import type { Engine } from "../schema/engine.ts";
import { plainText, type Json } from "../schema/json.ts";
import { writtenKey, nameInScope, type Assignment } from "../schema/knob.ts";
import { namedVariable } from "../schema/secrets.ts";

/** What any program needs to find its tools, its user and its language; nothing of it can move a number. */
const alwaysPassed = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_*", "TZ"];

export interface EngineFolders {
  /** A folder of the launch's own, removed when the engine is stopped. */
  private: string;
  /** The cache folder of ceteris. */
  cache: string;
}

/** What an engine's environment follows from. */
export interface VariablesRequest {
  engine: Engine;
  /** The study's version of the engine; without it the engine file's. */
  version?: string | null;
  devices: readonly string[];
  /** The whole assignment; load and sampling knobs are left out here. */
  knobs: Assignment;
  /** `Study.written`: values that are passed as the matrix writes them. */
  written?: ReadonlyMap<string, string> | undefined;
  folders: EngineFolders;
  userVariables: Readonly<Record<string, string>>;
}

export interface EngineVariables {
  variables: Record<string, string>;
  /** The variables whose values the matrix takes from another one of the user's: `env.VLLM_API_KEY: { env: MY_KEY }`. */
  references: Readonly<Record<string, string>>;
  /** The launch's own folder, removed at its end; null where the engine file asks for none. */
  privateFolder: string | null;
  /** The compile cache kept by engine version; null where the engine file asks for none. */
  cacheFolder: string | null;
  /** Folders to make before the start. */
  folders: string[];
}

/**
 * The whole environment of an engine. Later wins: what the user's environment passes through, the engine file's
 * variables, its private folders, the devices, and last the knobs `env.*`.
 */
export function engineVariables(request: VariablesRequest): EngineVariables {
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
function keptFolder(request: VariablesRequest): string {
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
  return plainText(value);
}
