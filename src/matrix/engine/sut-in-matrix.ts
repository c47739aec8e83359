import type { Location } from "../../schema/diagnostic.ts";
import { type Tree } from "../yaml/tree.ts";

/** Every value that a matrix gives to a member of `sut`: there, in a system, and wherever a setting (`sut.engine`) stands. */
export function valuesOfSut(matrix: Tree, member: string): Tree[] {
  const found: Tree[] = [];
  const add = (value: Tree): void => {
    if (value.kind === "list") found.push(...value.items);
    else found.push(value);
  };
  const visit = (node: Tree): void => {
    if (node.kind === "list") for (const item of node.items) visit(item);
    if (node.kind !== "map") return;
    for (const [key, entry] of node.entries) {
      if (key === `sut.${member}`) add(entry.tree);
      else visit(entry.tree);
    }
  };
  visit(matrix);
  if (matrix.kind !== "map") return found;
  const [sut, systems] = ["sut", "systems"].map((key) => matrix.entries.get(key)?.tree);
  for (const place of [sut, ...(systems?.kind === "list" ? systems.items : [])]) {
    const value = place?.kind === "map" ? place.entries.get(member)?.tree : undefined;
    if (value !== undefined) found.push(value);
  }
  return found;
}

/** Every engine that a matrix names, once. */
export function namedEngines(matrix: Tree): { text: string; at: Location }[] {
  const found = new Map<string, { text: string; at: Location }>();
  for (const value of valuesOfSut(matrix, "engine")) {
    if (value.kind === "scalar" && typeof value.value === "string" && !found.has(value.value))
      found.set(value.value, { text: value.value, at: value.at });
  }
  return [...found.values()];
}
