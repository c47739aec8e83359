import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Alias, Document, Node, YAMLMap } from "yaml";
import type { Diagnostic, Location } from "../../schema/diagnostic.ts";
import { nameInScope } from "../../schema/knob.ts";
import { onceEach } from "../../schema/once-each.ts";
import { foreignFile } from "../../schema/not-text.ts";
import { diagnosticAt, type Texts } from "./places.ts";
import type { Entry, MapTree, Tree } from "./tree.ts";
import { blottedText } from "./written-secrets.ts";
import { yamlFault } from "./yaml-faults.ts";

/** So many values may come out of aliases in one file: far above any real matrix, far below a bomb. */
const mostAliasedValues = 10_000;

interface Reading {
  document: Document;
  locationOf(range: readonly number[] | null | undefined): Location;
  report(location: Location, code: string, message: string, hint: string): void;
  /** What the file writes, without secrets. */
  sourceOf(node: unknown): string;
  aliasedValues: number;
  open: Set<Node>;
}

/**
 * The trees of the files that were read last and are faultless. A site, a comparison and `init` read the same engine files
 * for every study, and reading the table of knobs takes half the time of loading a matrix.
 */
const kept = new Map<string, MapTree>();
const KEPT_FILES = 16;

/** Reads one file. `tree` is null where the text says nothing that could be used: then a diagnostic says why. */
export function parseYaml(
  file: string,
  given: string,
  texts: Texts,
): { tree: MapTree | null; diagnostics: Diagnostic[] } {
  // A carriage return alone ends a line too (YAML 1.2, 5.4), which the parser does not know.
  const text = given.replaceAll(/\r(?!\n)/g, "\n");
  texts.set(file, text);
  const key = `${file}\0${text}`;
  const known = kept.get(key);
  const read = known === undefined ? readYaml(file, text) : { tree: known, diagnostics: [] };
  if (read.tree === null || read.diagnostics.length > 0) return read;
  kept.delete(key);
  kept.set(key, read.tree);
  const [oldest = ""] = kept.keys();
  if (kept.size > KEPT_FILES) kept.delete(oldest);
  return read;
}

function readYaml(file: string, text: string): ReturnType<typeof parseYaml> {
  const diagnostics: Diagnostic[] = [];
  const lines = new LineCounter();
  // `merge: false` keeps YAML 1.1's `<<` out of it: fragments are pulled in by `use:`.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
    merge: false,
    // "silent" would keep quiet about a second document.
    logLevel: "error",
  });
  const locationOf = (range: readonly number[] | null | undefined): Location => {
    const [start = 0, end = start] = range ?? [];
    const { line, col } = lines.linePos(start);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), start, end };
  };
  // No secret was taken out yet.
  const shown = onceEach(blottedText);
  const report = (location: Location, code: string, message: string, hint: string) =>
    diagnostics.push(
      diagnosticAt(location, new Map([[file, shown(text)]]), { code, severity: "error", message, hint }),
    );

  const foreign = text.search(/[\0\uFFFD]/);
  if (foreign >= 0) {
    const { what, remedy } = foreignFile(text, file);
    const message = `this is ${what === null ? "" : `${what}, and `}not UTF-8 text`;
    report(locationOf([foreign, foreign + 1]), "not-text", message, `${remedy}, or name the matrix`);
    return { tree: null, diagnostics };
  }
  let fatal = false;
  for (const problem of [...document.errors, ...document.warnings]) {
    const fault = yamlFault(problem, shown(text).slice(problem.pos[0]));
    const duplicate = problem.code === "DUPLICATE_KEY" ? keyAt(text, problem.pos[0]) : null;
    const message = duplicate === null ? fault.message : `\`${duplicate}\` is written twice in one map`;
    const end = problem.pos[0] + (duplicate?.length ?? 0);
    const opening = fault.isOpen ? lastQuote(document, problem.pos[0]) : null;
    const range = opening === null ? [problem.pos[0], Math.max(problem.pos[1], end)] : [opening, opening + 1];
    report(locationOf(range), fault.code, message, fault.hint);
    fatal ||= fault.fatal;
    // What follows a broken place is mostly its echo.
    if (fatal) return { tree: null, diagnostics };
  }
  const top = document.contents;
  if (top === null || (isScalar(top) && top.value === null)) {
    report(
      locationOf([0, 0]),
      "empty-file",
      `${file} says nothing`,
      "start a matrix with `study: name`; take an empty fragment out of its `use:`",
    );
    return { tree: null, diagnostics };
  }
  if (!isMap(top)) {
    report(
      locationOf(top.range),
      "not-a-map",
      `${file} is not a map of keys and values`,
      "start with a line like `study: name`",
    );
    return { tree: null, diagnostics };
  }
  const sourceOf = (node: unknown): string => {
    const [start = 0, end = start] = (node as Node).range ?? [];
    return shown(text).slice(start, end);
  };
  const reading = { document, locationOf, report, sourceOf, aliasedValues: 0, open: new Set<Node>() };
  const tree = mapTree(top, reading, false);
  const broken = diagnostics.some(({ code }) => incomplete.has(code));
  return { tree: broken ? null : tree, diagnostics };
}

/** Faults that leave part of the file unread: other findings would mostly follow from them. */
const incomplete: ReadonlySet<string> = new Set([
  "alias-bomb",
  "merge-key",
  "no-colon",
  "not-a-number",
  "not-yaml",
  "unknown-tag",
]);

function treeOf(node: Node | null, reading: Reading, aliased: boolean): Tree {
  if (aliased) reading.aliasedValues += 1;
  if (isAlias(node)) return aliasTree(node, reading);
  if (isMap(node)) return mapTree(node, reading, aliased);
  if (isSeq(node)) {
    const items = node.items.map((item) => treeOf(item as Node | null, reading, aliased));
    return { kind: "list", items, at: reading.locationOf(node.range) };
  }
  const at = reading.locationOf(node?.range?.slice(0, 2));
  return { kind: "scalar", value: scalarValue(isScalar(node) ? node.value : null, at, reading), at };
}

function mapTree(node: YAMLMap, reading: Reading, aliased: boolean): MapTree {
  const entries = new Map<string, Entry>();
  for (const [index, pair] of node.items.entries()) {
    const keyNode = pair.key as Node;
    const key = String(isScalar(keyNode) ? keyNode.value : keyNode);
    // Of a duplicate key, which has its diagnostic, the first counts.
    if (entries.has(key)) continue;
    const at = reading.locationOf(keyNode.range?.slice(0, 2));
    if (key === mergeKey) {
      reportMergeKey(at, reading);
      continue;
    }
    if (pair.value === null) reportNoColon(node, index, at, reading);
    const tree =
      pair.value === null ? { kind: "scalar" as const, value: null, at } : treeOf(pair.value as Node, reading, aliased);
    const isVariable = nameInScope(key, "env") !== null;
    entries.set(key, { key: at, tree: isVariable ? asWritten(tree, pair.value as Node | null) : tree });
  }
  return { kind: "map", entries, at: reading.locationOf(node.range) };
}

/** A key alone: `{ devices: 0,1 }` has a key `1`. Of several that follow each other the first is reported. */
function reportNoColon({ items }: YAMLMap, index: number, at: Location, reading: Reading): void {
  const before = items[index - 1];
  if (before?.value === null) return;
  const key = reading.sourceOf(items[index]!.key);
  const [, name, value] = /^([A-Za-z_][\w.-]*)\s*[=:]\s*(\S.*)$/.exec(key) ?? [];
  const message = `\`${key}\` is a key without a value`;
  if (name !== undefined)
    return reading.report(at, "no-colon", message, `write \`${name}: ${value}\`, with a colon and a space`);
  if (!isScalar(before?.value)) return reading.report(at, "no-colon", message, `write \`${key}: …\``);
  const others = items.slice(index);
  const end = others.findIndex((pair) => pair.value !== null);
  const parts = [before.value, ...others.slice(0, end < 0 ? undefined : end).map((pair) => pair.key)].map((part) =>
    reading.sourceOf(part),
  );
  const decimal =
    parts.length === 2 && parts.every((part) => /^\d+$/.test(part))
      ? `, a decimal with a point, \`${parts.join(".")}\``
      : "";
  const hint = `within \`{ … }\` a comma ends a value: write a list in brackets, \`[${parts.join(", ")}]\`${decimal}, a text in quotes, \`"${parts.join(",")}"\``;
  reading.report(at, "no-colon", message, hint);
}

/** YAML 1.1's way of taking one map into another. */
const mergeKey = "<<";

function reportMergeKey(at: Location, reading: Reading): void {
  const hint = "put what is shared into a file of its own and write `use: FILE`: what stands beside it wins";
  reading.report(at, "merge-key", "`<<:` is not read: YAML has no merge keys since version 1.2", hint);
}

/** The environment holds texts: a number or a boolean there is the text that stands in the file. */
function asWritten(tree: Tree, node: Node | null): Tree {
  if (tree.kind === "list" && isSeq(node)) {
    return { ...tree, items: tree.items.map((item, index) => asWritten(item, node.items[index] as Node | null)) };
  }
  if (tree.kind !== "scalar" || (typeof tree.value !== "number" && typeof tree.value !== "boolean")) return tree;
  return { ...tree, value: (isScalar(node) ? node.source : undefined) ?? String(tree.value) };
}

function aliasTree(alias: Alias, reading: Reading): Tree {
  const at = reading.locationOf(alias.range?.slice(0, 2));
  const nothing: Tree = { kind: "scalar", value: null, at };
  if (reading.aliasedValues > mostAliasedValues) return nothing;
  const target = alias.resolve(reading.document) as Node | undefined;
  if (target === undefined) {
    reading.report(
      at,
      "not-yaml",
      `no anchor \`&${alias.source}\` stands above this`,
      "write the value out, or put one that begins with `*` in quotes",
    );
    return nothing;
  }
  if (reading.open.has(target)) {
    reading.report(at, "alias-bomb", `\`*${alias.source}\` contains itself`, "write the value out");
    return nothing;
  }
  reading.open.add(target);
  const tree = treeOf(target, reading, true);
  reading.open.delete(target);
  if (reading.aliasedValues > mostAliasedValues && reading.open.size === 0) {
    const message = `the aliases of this file grow to more than ${mostAliasedValues} values`;
    reading.report(at, "alias-bomb", message, "write the values out, or pull them in with `use:`");
  }
  return { ...tree, at };
}

function scalarValue(value: unknown, at: Location, reading: Reading): null | boolean | number | string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "number") {
    const hint = "write a finite number, or a text in quotes; for an endless rate take `scenario: offline`";
    reading.report(at, "not-a-number", "this value is not a finite number", hint);
  } else
    reading.report(
      at,
      "unknown-tag",
      "this value has a tag, and a matrix has none",
      "remove the tag, or put the value in quotes",
    );
  return null;
}

/** Where the last text in quotes before an offset opens; null where there is none. */
function lastQuote(document: Document, offset: number): number | null {
  let found: number | null = null;
  visit(document, {
    Scalar(_, { type, range }) {
      const isQuoted = type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE";
      if (isQuoted && range != null && range[0] < offset) found = Math.max(found ?? 0, range[0]);
    },
  });
  return found;
}

/** The key that starts at an offset, as it is written. */
function keyAt(text: string, offset: number): string {
  return /^("[^"]*"|'[^']*'|[^:\s]+)/.exec(text.slice(offset, offset + 200))?.[0] ?? "";
}
