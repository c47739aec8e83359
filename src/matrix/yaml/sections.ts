import { matrixFile } from "../../schema/matrix-file.ts";
import { workloadScopes } from "../../schema/knob.ts";
import { settableSut } from "../../schema/sut-file.ts";

/** Where a matrix has a member of some name: its path from the top, a list of maps by its own name. */
export type MemberPath = readonly string[];

interface Shape {
  type?: string;
  description?: string;
  properties?: { [name: string]: Shape };
  anyOf?: Shape[];
  items?: Shape;
}

/** Names that stand in many maps, and tell nothing of where one of them belongs. */
const everywhere = new Set("$schema id label name kind use path value min max set share count".split(" "));

/** Lists of maps whose members are looked for as well. */
const listsOfMaps = new Set(["workloads", "classes"]);

/** A member lies at most so deep: `counts.screen.requests` of a workload. */
const DEEPEST = 4;

let known: ReadonlyMap<string, MemberPath[]> | null = null;

/**
 * Where a name that was written in the wrong place belongs, best first: what a row can set before what it cannot, and outer
 * members before inner ones. Empty where no part of a matrix has it.
 */
export function pathsOf(name: string): readonly MemberPath[] {
  known ??= pathsByName();
  return known.get(name) ?? [];
}

function pathsByName(): Map<string, MemberPath[]> {
  const paths = new Map<string, MemberPath[]>();
  visit(matrixFile({}) as Shape, [], paths);
  for (const list of paths.values()) list.sort((one, other) => rank(one) - rank(other));
  return paths;
}

function visit(shape: Shape, path: MemberPath, paths: Map<string, MemberPath[]>): void {
  if (path.length === DEEPEST || path.includes("accuracy")) return;
  for (const branch of shape.anyOf ?? []) visit(branch, path, paths);
  if (shape.type === "array" && listsOfMaps.has(path.at(-1) ?? "")) visit(shape.items ?? {}, path, paths);
  for (const [name, below] of Object.entries(shape.properties ?? {})) {
    const here = [...path, name];
    if (!everywhere.has(name)) {
      const list = paths.getOrInsertComputed(name, () => []);
      if (!list.some((other) => other.join(".") === here.join("."))) list.push(here);
    }
    visit(below, here, paths);
  }
}

/** The lower, the better. */
export function rank(path: MemberPath): number {
  return (settingOf(path) === null ? 10 : 0) + path.length;
}

/** The setting that a member is, where rows, factors or axes can set it: `sut.version`, `load.concurrency`. */
export function settingOf(path: MemberPath): string | null {
  const [part = "", scope = "", ...rest] = path;
  if (part === "sut" && rest.length === 0 && Object.hasOwn(settableSut, scope)) return `sut.${scope}`;
  if (part !== "workloads" || rest.length !== 1 || !(workloadScopes as readonly string[]).includes(scope)) return null;
  return `${scope}.${rest[0]}`;
}

/** Every setting of the workload and of `sut` that has a name of its own. */
export function settingNames(): string[] {
  known ??= pathsByName();
  return [...known.values()].flatMap((paths) => paths.flatMap((path) => settingOf(path) ?? []));
}

/** Where a member stands, in words, and as it is written there: `counts: { screen: { requests: 100 } }`. */
export function placeInWords(path: MemberPath, value = "…"): { place: string; written: string } {
  const [first = "", ...below] = path;
  const isOfWorkload = first === "workloads" && below.length > 0;
  const place = isOfWorkload ? "a workload" : path.length === 1 ? "the top of the matrix" : `\`${first}:\``;
  let written = value;
  for (const [index, name] of (isOfWorkload ? below : path).toReversed().entries()) {
    const inner = index === 0 ? written : listsOfMaps.has(name) ? `[{ ${written} }]` : `{ ${written} }`;
    written = `${name}: ${inner}`;
  }
  return { place, written };
}
