import type { Location } from "../../schema/diagnostic.ts";
import type { Json } from "../../schema/json.ts";

/** A YAML value that knows where each of its parts was written: what fragments are merged as. */
export type Tree = ScalarTree | ListTree | MapTree;

export interface ScalarTree {
  kind: "scalar";
  value: null | boolean | number | string;
  at: Location;
}

export interface ListTree {
  kind: "list";
  items: Tree[];
  at: Location;
}

export interface MapTree {
  kind: "map";
  entries: Map<string, Entry>;
  at: Location;
}

export interface Entry {
  key: Location;
  tree: Tree;
}

export function toJson(tree: Tree): Json {
  if (tree.kind === "scalar") return tree.value;
  if (tree.kind === "list") return tree.items.map(toJson);
  // fromEntries makes own members of any name, also of `__proto__`.
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, toJson(entry.tree)]));
}

/** The text of a scalar member of a map; null where it is missing or no text. */
export function textOf(tree: Tree, key: string): { text: string; at: Location } | null {
  const member = tree.kind === "map" ? tree.entries.get(key)?.tree : undefined;
  return member?.kind === "scalar" && typeof member.value === "string" ? { text: member.value, at: member.at } : null;
}

/** The map with one member set or, with null, left out; the rest is shared. */
export function withEntry(tree: MapTree, key: string, entry: Entry | null): MapTree {
  const entries = new Map(tree.entries);
  if (entry === null) entries.delete(key);
  else entries.set(key, entry);
  return { ...tree, entries };
}

/** Members that say which variant of a map is meant: under another tag a map is another thing and is not merged. */
const tags = ["kind", "distribution"];

/** What is written above wins: maps merge deep, lists and scalars replace. A map under another tag replaces too. */
export function merge(below: Tree, above: Tree): Tree {
  if (below.kind !== "map" || above.kind !== "map" || tags.some((tag) => differs(below, above, tag))) return above;
  const entries = new Map(below.entries);
  for (const [key, entry] of above.entries) {
    const under = below.entries.get(key);
    entries.set(key, under === undefined ? entry : { key: entry.key, tree: merge(under.tree, entry.tree) });
  }
  return { kind: "map", entries, at: above.at };
}

function differs(below: MapTree, above: MapTree, tag: string): boolean {
  const [one, other] = [textOf(below, tag), textOf(above, tag)];
  return one !== null && other !== null && one.text !== other.text;
}
