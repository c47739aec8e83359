import { computableMembers, expressionOf, type ComputedMember } from "../../schema/computed.ts";
import type { Tree } from "../yaml/tree.ts";

/** Holds the place of a computed member until it is computed for each experiment: every member that may be computed takes it. */
const placeholder = 1;

/** A workload without its computed members, and these: its shape is checked with a number in the place of each. */
export function takeComputed(workload: Tree): { tree: Tree; computed: ComputedMember[] } {
  const computed: ComputedMember[] = [];
  return { tree: without(workload, "", computed), computed };
}

function without(tree: Tree, path: string, computed: ComputedMember[]): Tree {
  if (tree.kind === "map") {
    const entries = [...tree.entries].map(([key, entry]) => {
      const below = path === "" ? key : `${path}.${key}`;
      return [key, { ...entry, tree: without(entry.tree, below, computed) }] as const;
    });
    return { ...tree, entries: new Map(entries) };
  }
  const expression = tree.kind === "scalar" ? expressionOf(tree.value) : null;
  if (
    expression === null ||
    !computableMembers.some((start) => path === start || (start.endsWith(".") && path.startsWith(start)))
  )
    return tree;
  computed.push({ path, expression });
  return { kind: "scalar", value: placeholder, at: tree.at };
}
