import type { Diagnostic, Location, Severity } from "../../schema/diagnostic.ts";
import { escapeSegment, type Json } from "../../schema/json.ts";
import { compareTexts } from "../../schema/text-order.ts";
import { excerptOf } from "./excerpt.ts";
import type { Tree } from "./tree.ts";

export type Aim = "key" | "value";

/** What every diagnostic is made from. */
export interface Finding {
  code: string;
  severity: Severity;
  message: string;
  hint: string;
}

/** Texts of the files that were read, by the name that diagnostics give them. */
export type Texts = Map<string, string>;

/** What a file writes at a pointer; empty where nobody knows. */
export type SourceAt = (pointer: string) => string;

/** Says what is wrong at a JSON pointer of a file. */
export type Report = (pointer: string, finding: Omit<Finding, "severity">) => void;

export function diagnosticAt(location: Location, texts: Texts, finding: Finding): Diagnostic {
  const { file, line, column } = location;
  const { code, severity, message, hint } = finding;
  const text = texts.get(file);
  const excerpt = text === undefined ? {} : { excerpt: excerptOf(text, location) };
  return { code, severity, file, line, column, message, hint, ...excerpt };
}

/** The first character of a file, where nothing in it is meant. */
export function startOf(file: string): Location {
  return { file, line: 1, column: 1, start: 0, end: 0 };
}

/**
 * The `LocationIndex` of a merged file. Beside the place of each value, under its pointer, it has the place of its key,
 * under `#` and the pointer, and the texts, so that a diagnostic can quote them.
 */
export class Places extends Map<string, Location> {
  readonly texts: Texts;
  /** Pointers to what the check of the shape left out, with a diagnostic of its own. */
  leftOut: ReadonlySet<string> = new Set();

  constructor(tree: Tree, texts: Texts) {
    super();
    this.texts = texts;
    this.add("", tree);
  }

  private add(pointer: string, tree: Tree): void {
    this.set(pointer, tree.at);
    if (tree.kind === "list") for (const [index, item] of tree.items.entries()) this.add(`${pointer}/${index}`, item);
    if (tree.kind !== "map") return;
    for (const [key, entry] of tree.entries) {
      const member = `${pointer}/${escapeSegment(key)}`;
      this.set(`#${member}`, entry.key);
      this.add(member, entry.tree);
    }
  }
}

/** A value as its file writes it; empty where it stands in none. */
export function sourceOf(places: ReadonlyMap<string, Location>, pointer: string): string {
  const at = places.get(pointer);
  return at !== undefined && places instanceof Places ? (places.texts.get(at.file)?.slice(at.start, at.end) ?? "") : "";
}

/** A value as JSON has it, a number as its file writes it: 0.30, and not 0.3. */
export function asWritten(value: Json, source: string): string {
  return typeof value === "number" && source !== "" && Number(source) === value ? source : JSON.stringify(value);
}

/** True where something at or below one of these pointers was left out: what is then lacking is no mistake of its own. */
export function isLeftOut(places: ReadonlyMap<string, Location>, ...pointers: string[]): boolean {
  const leftOut = places instanceof Places ? [...places.leftOut] : [];
  return leftOut.some((one) => pointers.some((pointer) => one === pointer || one.startsWith(`${pointer}/`)));
}

/** The place of a pointer's key or value; where it has none, that of the nearest thing around it. */
export function locate(places: ReadonlyMap<string, Location>, pointer: string, aim: Aim): Location {
  let here = pointer;
  for (;;) {
    const found = aim === "key" ? (places.get(`#${here}`) ?? places.get(here)) : places.get(here);
    if (found !== undefined) return found;
    if (here === "") return startOf("");
    here = here.slice(0, here.lastIndexOf("/"));
  }
}

/**
 * The file named first, then the others by name; in each from top to bottom. What an alias, or a fragment that several use,
 * brings to several places is said once.
 */
export function sortDiagnostics(diagnostics: Diagnostic[], firstFile: string): Diagnostic[] {
  const byText = new Map(diagnostics.map((one) => [JSON.stringify(one), one]));
  return [...byText.values()].toSorted(
    (one, other) =>
      Number(other.file === firstFile) - Number(one.file === firstFile) ||
      compareTexts(one.file, other.file) ||
      one.line - other.line ||
      one.column - other.column ||
      compareTexts(one.code, other.code),
  );
}
