/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Canonical JSON (RFC 8785): keys sorted by UTF-16 code units, numbers as ECMAScript prints them, no blanks. Throws on NaN and infinities, which JSON lacks. */
export function canonicalJson(value: Json): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`canonical JSON has no ${value}`);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).toSorted()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

/** True where both are the same JSON value, whatever the order of their keys. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  const arePlain = typeof left !== "object" || typeof right !== "object" || left === null || right === null;
  return !arePlain && canonicalJson(left) === canonicalJson(right);
}

/** The object that a JSON value is; null of a list, of null and of plain values. */
export function asMap(value: unknown): { [name: string]: Json } | null {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as { [name: string]: Json })
    : null;
}

/** The text that a value is; null of anything else. */
export function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The number that a value is; null of anything else. */
export function asNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** What a text holds; undefined where it is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What a text holds; the text itself where it is no JSON. */
export function jsonOrText(text: string): Json {
  const value = parseJson(text);
  return value === undefined ? text : value;
}

/** A text as it is, anything else as JSON. */
export function plainText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The object that a text holds; null where it is no JSON, or JSON of another kind. */
export function parseMap(text: string): { [name: string]: Json } | null {
  return asMap(parseJson(text));
}

/** A member by a name that a user or a server chose: `constructor` and `__proto__` are names like any other. */
export function memberOf<Value>(map: { readonly [name: string]: Value }, name: string): Value | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** The members that are not undefined: for what may be absent, and not undefined. */
export function defined<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

/** A member by its dotted path, through objects and lists; undefined where there is none. */
export function memberAt(value: Json | undefined, path: string): Json | undefined {
  return memberAlong(value, path.split("."));
}

/** The same by the names of the path. */
export function memberAlong(value: Json | undefined, names: readonly string[]): Json | undefined {
  let found = value;
  for (const name of names) {
    if (found === null || typeof found !== "object") return undefined;
    found = memberOf(found as { [name: string]: Json }, name);
  }
  return found;
}

/** JSON pointers (RFC 6901): where a value lies in a document. */

/** `/design/steps/2`. */
export function pointerOf(...segments: (string | number)[]): string {
  return segments.map((segment) => `/${escapeSegment(String(segment))}`).join("");
}

/** The names and places that a pointer goes by; none of the whole document's. */
export function segmentsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function escapeSegment(segment: string): string {
  return segment.replaceAll("~", "~0").replaceAll("/", "~1");
}
