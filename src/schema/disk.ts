import type { Json } from "./json.ts";
import { CappedMap, onceEach } from "./once-each.ts";

/**
 * Code says `ttftMs`, files say `ttft_ms`: keys are renamed on the way, values are not touched.
 * Under these names stand maps whose keys are the users' (knobs, variables, fidelities): all below them stays as it is,
 * so the records in such a map have members of one word.
 */
const mapsOfUsersKeys = new Set([
  "assignment",
  "axis_points",
  "changed",
  "computed",
  "configuration",
  "counts",
  "declared",
  "extra_body",
  "factors",
  "headers",
  "identity",
  "knobs",
  "metric_names",
  "packages",
  "private_folders",
  "resolved",
  "resolved_configuration",
  "set",
  "sweep",
  "variables",
]);

/** The names of the formats are few, and every trial has them all: each is renamed once. */
const most = 10_000;

export const toSnakeCase = onceEach(
  (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  new CappedMap(most),
);

const toCamelCase = onceEach(
  (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
  new CappedMap(most),
);

/** The value as a file holds it: keys in snake_case, `undefined` members left out. */
export function toDisk(value: unknown): Json {
  if (Array.isArray(value)) return value.map(toDisk);
  if (value === null || typeof value !== "object") return value as Json;
  const renamed: { [key: string]: Json } = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const name = toSnakeCase(key);
    renamed[name] = mapsOfUsersKeys.has(name) ? (member as Json) : toDisk(member);
  }
  return renamed;
}

/** The reverse of `toDisk`. The caller has checked the shape, so the type is the caller's word. */
export function fromDisk<Shape>(value: Json): Shape {
  return renameFromDisk(value) as Shape;
}

/** A map without a name to change is taken as it is: most of a trial are its rows of figures, which have none. */
function renameFromDisk(value: Json): unknown {
  if (Array.isArray(value)) return value.map(renameFromDisk);
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value);
  if (keys.every((key) => isPlain(value[key]!) && toCamelCase(key) === key)) return value;
  const renamed: { [key: string]: unknown } = {};
  for (const key of keys) {
    const member = value[key]!;
    renamed[toCamelCase(key)] = mapsOfUsersKeys.has(key) ? member : renameFromDisk(member);
  }
  return renamed;
}

function isPlain(value: Json): boolean {
  return value === null || typeof value !== "object";
}
