import { asMap, type Json } from "../schema/json.ts";

/** What DuckDB's `json_transform` takes: a type, a map of shapes, or a list with the shape of its items. */
export type Shape = string | readonly Shape[] | { readonly [member: string]: Shape };

/** The shape of what `columnar` makes: a list of maps is a map of lists. DuckDB takes that apart three times as fast, since no name is there twice. */
export function columnarShape(shape: Shape): Shape {
  if (typeof shape === "string") return shape;
  const item = itemOf(shape);
  return item === null ? mapped(shape, columnarShape) : mapped(item, (member) => [member]);
}

/** A value with the members of its shape alone, lists of maps as maps of lists. */
export function columnar(value: Json | undefined, shape: Shape): Json {
  if (typeof shape === "string") return value ?? null;
  const item = itemOf(shape);
  if (item === null) {
    const map = asMap(value);
    return map === null ? null : mapped(shape, (member, name) => columnar(map[name], member));
  }
  if (!Array.isArray(value)) return null;
  const rows = value.map((one) => asMap(one) ?? {});
  return mapped(item, (_, name) => rows.map((row) => row[name] ?? null));
}

/** The shape of a list's items; null of a map. */
function itemOf(shape: Exclude<Shape, string>): Shape | null {
  return Array.isArray(shape) ? (shape as readonly Shape[])[0]! : null;
}

function mapped<Made>(shape: Shape, make: (member: Shape, name: string) => Made): { [name: string]: Made } {
  return Object.fromEntries(Object.entries(shape).map(([name, member]) => [name, make(member, name)]));
}
