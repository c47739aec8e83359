import type { Engine } from "../schema/engine.ts";
import { asMap, memberOf, parseJson, type Json } from "../schema/json.ts";
import { nameInScope, scopeOf, type Assignment } from "../schema/knob.ts";
import type { ResolvedKnob } from "../schema/trial.ts";
import type { ResolvedConfiguration } from "./parsers/parser.ts";

/** Relative difference below which two numbers are one that was printed and read again. */
const numberTolerance = 1e-9;

/** The suffixes by which lengths are written: engines disagree whether k is 1000 or 1024, so either is taken. */
const suffixPowers: Record<string, number> = { k: 1, m: 2, g: 3, t: 4 };

/**
 * Every knob that was declared for the engine beside what the engine says it ended up with. Load and sampling knobs
 * are not the engine's; a knob set to null is not set. `not verifiable` where the engine cannot be asked, or does not
 * tell this knob.
 */
export function resolveKnobs(
  engine: Engine,
  knobs: Assignment,
  resolvedConfiguration: ResolvedConfiguration | null,
): ResolvedKnob[] {
  return Object.entries(knobs)
    .filter(([knob, declared]) => (scopeOf(knob) === null || scopeOf(knob) === "env") && declared !== null)
    .map(([knob, declared]) => {
      const definition = memberOf(engine.knobs, knob);
      const path = nameInScope(knob, "env") !== null ? knob : definition?.resolved;
      const found = path === undefined ? undefined : lookUp(resolvedConfiguration ?? {}, path);
      if (path === undefined || found === undefined)
        return { knob, declared, resolved: null, status: "not verifiable", where: "" };
      const same = isSame(declared, found, definition?.same ?? {});
      return { knob, declared, resolved: found, status: same ? "same" : "different", where: whereRead(engine, path) };
    });
}

type Scalar = string | number | boolean;

/** `server_info scheduler_config.max_num_seqs`: the route without its slash and query, and the path in its answer. */
function whereRead(engine: Engine, path: string): string {
  const route = engine.resolved?.path?.replace(/^\/+/, "").replace(/\?.*$/, "");
  return route ? `${route} ${path}` : path;
}

/** A leaf by its path, or the object that was taken apart below it; undefined where there is neither. */
function lookUp(configuration: ResolvedConfiguration, path: string): Json | undefined {
  if (path in configuration) return configuration[path];
  const below = Object.entries(configuration).filter(([key]) => key.startsWith(`${path}.`));
  if (below.length === 0) return undefined;
  return Object.fromEntries(below.map(([key, value]) => [key.slice(path.length + 1), value]));
}

function isSame(declared: Json, resolved: Json, spellings: Readonly<Record<string, string>>): boolean {
  // Who declares `auto` asks the engine to choose: any choice is what was asked for.
  if (declared === "auto" && spellings["auto"] === undefined) return true;
  if (Array.isArray(declared)) return isSameList(declared, resolved, spellings);
  const members = declaredMembers(declared);
  if (members) return isWithin(members, resolved, spellings);
  if (declared === null || typeof declared === "object" || resolved === null || typeof resolved === "object")
    return false;
  const spelling = spellings[String(declared)];
  return isSameScalar(declared, resolved) || (spelling !== undefined && isSameScalar(spelling, resolved));
}

function isSameList(declared: Json[], resolved: Json, spellings: Readonly<Record<string, string>>): boolean {
  return (
    Array.isArray(resolved) &&
    declared.length === resolved.length &&
    declared.every((item, index) => isSame(item, resolved[index] ?? null, spellings))
  );
}

/** An object, or a text that is one. */
function declaredMembers(declared: Json): { [name: string]: Json } | null {
  if (typeof declared === "string" && declared.trimStart().startsWith("{")) {
    return declaredMembers(parseJson(declared) ?? null);
  }
  return asMap(declared);
}

/** True where every member that was declared is there with its value; what the engine adds does not matter. `resolved` is nested or has dotted names. */
function isWithin(
  declared: { [name: string]: Json },
  resolved: Json,
  spellings: Readonly<Record<string, string>>,
): boolean {
  const members = asMap(resolved);
  if (members === null) return false;
  return Object.entries(declared).every(([name, value]) => {
    const found = lookUp(members, name);
    return found !== undefined && (isSame(value, found, spellings) || (value === null && found === null));
  });
}

function isSameScalar(declared: Scalar, resolved: Scalar): boolean {
  const left = asText(declared);
  const right = asText(resolved);
  if (left === right) return true;
  const numbers = possibleNumbers(left);
  const number = Number(right);
  if (numbers.length > 0 && right !== "" && Number.isFinite(number))
    return numbers.some((candidate) => Math.abs(candidate - number) <= numberTolerance * Math.abs(number));
  // Python prints an enumeration and a type with what they belong to: torch.bfloat16, AttentionBackendEnum.FLASH_ATTN.
  return numbers.length === 0 && right.slice(right.lastIndexOf(".") + 1) === left;
}

/** Texts compare without regard to case, and 1 and 0 are what environments call true and false. */
function asText(value: Scalar): string {
  if (value === true) return "1";
  if (value === false) return "0";
  const text = String(value).trim().toLowerCase();
  return text === "true" ? "1" : text === "false" ? "0" : text;
}

function possibleNumbers(text: string): number[] {
  const [, digits = "", suffix = ""] = /^([-+]?[\d.]+(?:e[-+]?\d+)?)([kmgt]?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === "" || !Number.isFinite(number)) return [];
  const power = suffixPowers[suffix] ?? 0;
  return power === 0 ? [number] : [number * 1000 ** power, number * 1024 ** power];
}
