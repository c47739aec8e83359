import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Alias, Document, Node, YAMLMap } from "yaml";
import type { Diagnostic, Location } from "../../schema/diagnostic.ts";
import { diagnosticAt, type Texts } from "./places.ts";
import type { Entry, MapTree, Tree } from "./tree.ts";

/** So many values may come out of aliases in one file: far above any real matrix, far below a bomb. */
const mostAliasedValues = 10_000;

/** What the `yaml` package's codes mean to a user. What is not here is `not-yaml`. */
const faults: Record<string, { code: string; hint: string; fatal: boolean }> = {
  TAB_AS_INDENT: { code: "tab", hint: "indent with spaces", fatal: true },
  DUPLICATE_KEY: { code: "duplicate-key", hint: "remove one of the two", fatal: false },
  TAG_RESOLVE_FAILED: { code: "unknown-tag", hint: "remove the tag: matrices use plain YAML", fatal: false },
  MULTIPLE_DOCS: {
    code: "multiple-documents",
    hint: "keep one document a file: remove `---` and what follows",
    fatal: true,
  },
  RESOURCE_EXHAUSTION: { code: "not-yaml", hint: "this is nested too deep", fatal: true },
};

interface Reading {
  document: Document;
  locationOf(range: readonly number[] | null | undefined): Location;
  report(location: Location, code: string, message: string, hint: string): void;
  aliasedValues: number;
  open: Set<Node>;
}

/** Reads one file. `tree` is null where the text says nothing that could be used: then a diagnostic says why. */
export function parseYaml(
  file: string,
  text: string,
  texts: Texts,
): { tree: MapTree | null; diagnostics: Diagnostic[] } {
  texts.set(file, text);
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
  const report = (location: Location, code: string, message: string, hint: string) =>
    diagnostics.push(diagnosticAt(location, texts, { code, severity: "error", message, hint }));

  const foreign = text.search(/[\0\uFFFD]/);
  if (foreign >= 0) {
    const hint = "save it as UTF-8 (iconv -f LATIN1 -t UTF-8), or name the matrix";
    report(locationOf([foreign, foreign + 1]), "not-text", "this is not UTF-8 text", hint);
    return { tree: null, diagnostics };
  }
  let fatal = false;
  for (const problem of [...document.errors, ...document.warnings]) {
    const fault = faults[problem.code] ?? { code: "not-yaml", hint: "see the line above it too", fatal: true };
    const duplicate = problem.code === "DUPLICATE_KEY" ? keyAt(text, problem.pos[0]) : null;
    const message = duplicate === null ? sentence(problem.message) : `\`${duplicate}\` is written twice in one map`;
    const end = problem.pos[0] + (duplicate?.length ?? 0);
    report(locationOf([problem.pos[0], Math.max(problem.pos[1], end)]), fault.code, message, fault.hint);
    fatal ||= fault.fatal;
    // What follows a broken place is mostly its echo.
    if (fatal) return { tree: null, diagnostics };
  }
  const top = document.contents;
  if (top === null || (isScalar(top) && top.value === null)) {
    report(locationOf([0, 0]), "empty-file", `${file} says nothing`, "write it, or take it out of `use:`");
    return { tree: null, diagnostics };
  }
  if (!isMap(top)) {
    report(
      locationOf(top.range),
      "not-a-map",
      `${file} is no map of keys and values`,
      "start with a line like `study: name`",
    );
    return { tree: null, diagnostics };
  }
  const reading = { document, locationOf, report, aliasedValues: 0, open: new Set<Node>() };
  const tree = mapTree(top, reading, false);
  // What an alias should have brought is missing: the rest would only speak of that.
  const broken = diagnostics.some(({ code }) => code === "alias-bomb" || code === "not-yaml");
  return { tree: broken ? null : tree, diagnostics };
}

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
  for (const pair of node.items) {
    const keyNode = pair.key as Node;
    const key = String(isScalar(keyNode) ? keyNode.value : keyNode);
    // Of a duplicate key, which has its diagnostic, the first counts.
    if (entries.has(key)) continue;
    const at = reading.locationOf(keyNode.range?.slice(0, 2));
    const tree =
      pair.value === null ? { kind: "scalar" as const, value: null, at } : treeOf(pair.value as Node, reading, aliased);
    entries.set(key, { key: at, tree });
  }
  return { kind: "map", entries, at: reading.locationOf(node.range) };
}

function aliasTree(alias: Alias, reading: Reading): Tree {
  const at = reading.locationOf(alias.range?.slice(0, 2));
  const nothing: Tree = { kind: "scalar", value: null, at };
  if (reading.aliasedValues > mostAliasedValues) return nothing;
  const target = alias.resolve(reading.document) as Node | undefined;
  if (target === undefined) {
    reading.report(at, "not-yaml", `no anchor \`&${alias.source}\` stands above this`, "write the value out");
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
  reading.report(at, "not-a-number", "this value is no finite number", "write a finite number, or a text in quotes");
  return null;
}

/** The key that starts at an offset, as it is written. */
function keyAt(text: string, offset: number): string {
  return /^("[^"]*"|'[^']*'|[^:\s]+)/.exec(text.slice(offset, offset + 200))?.[0] ?? "";
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
