import type { Diagnostic, Location } from "../../schema/diagnostic.ts";
import { nameInScope } from "../../schema/knob.ts";
import { holdsSecret, isSecretName, mask, variableName } from "../../schema/secrets.ts";
import { SutFile } from "../../schema/sut-file.ts";
import { diagnosticAt, type Texts } from "./places.ts";
import { textOf, type MapTree, type ScalarTree, type Tree } from "./tree.ts";

/** Where what is found is reported, and the texts that excerpts are made of. */
interface Report {
  texts: Texts;
  diagnostics: Diagnostic[];
}

/** Members of an engine file that reach a process or a server; the others describe knobs, among them `api_key`. */
const passedByEngines: readonly string[] = ["always", "command", "environment", "request_fields", "variables"];

/**
 * A file as it was read, with each secret that is written in it reported and replaced by stars, in the tree and in the text
 * that excerpts are made of: no later message, id, record or command line has it. A secret is named by its variable
 * (`env.HF_TOKEN: { env: NAME }`). What `sut.headers` and `sut.url` may hold, `server-access.ts` says.
 */
export function withoutWrittenSecrets(tree: MapTree, report: Report, kind: "matrix" | "engine"): MapTree {
  const entries = [...tree.entries].map(([name, entry]): [string, typeof entry] => {
    if (kind === "engine" && !passedByEngines.includes(name)) return [name, entry];
    const below =
      kind === "matrix" && name === "sut" && entry.tree.kind === "map"
        ? ofMap(
            entry.tree,
            report,
            (member) => member in SutFile.properties && member !== "headers" && member !== "url",
          )
        : ofMember(name, entry.tree, entry.key, report);
    return [name, { ...entry, tree: below }];
  });
  return { ...tree, entries: new Map(entries) };
}

function ofTree(tree: Tree, report: Report): Tree {
  if (tree.kind === "map") return ofMap(tree, report);
  if (tree.kind === "list") return ofList(tree.items, tree, report);
  if (typeof tree.value !== "string" || !holdsSecret(tree.value)) return tree;
  return refused(tree, tree.at, report, {
    message: "this looks like a secret (a token, or a user with a password), which does not belong into a file",
    hint: "put it into a variable of the environment and name that: `env.NAME: { env: NAME }`, a header `NAME: { env: NAME }`",
  });
}

function ofMap(tree: MapTree, report: Report, isMeant: (name: string) => boolean = () => true): MapTree {
  const entries = [...tree.entries].map(([name, entry]): [string, typeof entry] =>
    isMeant(name) ? [name, { ...entry, tree: ofMember(name, entry.tree, entry.key, report) }] : [name, entry],
  );
  return { ...tree, entries: new Map(entries) };
}

/** A member that is a secret by its name holds no value, alone or in a list; a map below it is looked at by its own names. */
function ofMember(name: string, tree: Tree, key: Location, report: Report): Tree {
  const variable = nameInScope(name, "env");
  const isEnvironment = variable !== null;
  if (tree.kind === "map") return isEnvironment ? ofReference(name, tree, key, report) : ofMap(tree, report);
  if (!isSecretName(variable ?? name.slice(name.lastIndexOf(".") + 1))) return ofTree(tree, report);
  if (tree.kind === "list")
    return {
      ...tree,
      items: tree.items.map((item) =>
        item.kind === "scalar" ? ofSecret(name, item, key, report) : ofMember(name, item, key, report),
      ),
    };
  return ofSecret(name, tree, key, report);
}

function ofSecret(name: string, tree: ScalarTree, key: Location, report: Report): Tree {
  // Nothing, a switch and a blank hide nothing.
  if (tree.value === null || typeof tree.value === "boolean" || tree.value === "") return tree;
  return refused(tree, key, report, {
    message: `\`${name}\` is a secret by its name, which does not belong into a file`,
    hint:
      nameInScope(name, "env") === null
        ? "take it out, and give the engine its variable: `env.NAME: { env: NAME }` with the value in your environment"
        : `name the variable that holds it: \`${name}: { env: NAME }\``,
  });
}

/** `{ env: NAME }`, whose NAME may be the secret itself. */
function ofReference(name: string, tree: MapTree, key: Location, report: Report): Tree {
  const source = textOf(tree, "env");
  const entry = tree.entries.get("env");
  if (source === null || entry?.tree.kind !== "scalar" || variableName.test(source.text)) return ofMap(tree, report);
  const below = refused(entry.tree, key, report, {
    message: `\`env\` of \`${name}\` names no variable`,
    hint: "write `{ env: NAME }` with a NAME of letters, digits and _: the value itself belongs into the environment",
  });
  return { ...tree, entries: new Map(tree.entries).set("env", { ...entry, tree: below }) };
}

/** Arguments: the word behind an option that is a secret by its name is one. */
function ofList(items: readonly Tree[], tree: Tree & { kind: "list" }, report: Report): Tree {
  let option: string | null = null;
  const looked = items.map((item) => {
    const before = option;
    const text = item.kind === "scalar" && typeof item.value === "string" ? item.value : null;
    option = text !== null && /^--?[A-Za-z][\w.-]*$/.test(text) && isSecretName(text) ? text : null;
    if (before === null || item.kind !== "scalar" || text === null || text.startsWith("-")) return ofTree(item, report);
    return refused(item, item.at, report, {
      message: `\`${before}\` carries a secret, and every user of a machine sees the arguments of its programs`,
      hint: "take both out, and give the program a variable: `env.NAME: { env: NAME }` with the value in your environment",
    });
  });
  return { ...tree, items: looked };
}

function refused(
  tree: ScalarTree,
  at: Location,
  { texts, diagnostics }: Report,
  finding: { message: string; hint: string },
): Tree {
  blotOut(tree, texts);
  diagnostics.push(diagnosticAt(at, texts, { code: "secret-in-matrix", severity: "error", ...finding }));
  return { ...tree, value: mask };
}

/** Stars in the place of each value, as many as it has characters, so that all else of the text stays where it is. */
export function blotOut(tree: Tree, texts: Texts): void {
  if (tree.kind === "list") for (const item of tree.items) blotOut(item, texts);
  if (tree.kind === "map") for (const { tree: member } of tree.entries.values()) blotOut(member, texts);
  if (tree.kind !== "scalar") return;
  const { file, start, end } = tree.at;
  const text = texts.get(file);
  if (text === undefined) return;
  texts.set(file, text.slice(0, start) + stars(text.slice(start, end)) + text.slice(end));
}

function stars(text: string): string {
  return text.replaceAll(/[^\n]/g, "*");
}

/**
 * A file that is no YAML, with stars in the place of what follows a name that is a secret's, up to the next name or the end of its
 * line or map, and of each word that looks like one.
 */
export function blottedText(text: string): string {
  const value = /(?!\{ *env:)(?:(?!,[ \t]*["']?[\w.-]+["']?[ \t]*:)[^\n}])*/y;
  let blotted = "";
  let done = 0;
  for (const { index, 0: head, 1: name = "" } of text.matchAll(/(?<![\w.-])([\w.-]+)["']?[ \t]*:[ \t]+/g)) {
    const start = index + head.length;
    if (start < done || !isSecretName(name)) continue;
    value.lastIndex = start;
    const end = start + (value.exec(text)?.[0].trimEnd().length ?? 0);
    blotted += text.slice(done, start) + stars(text.slice(start, end));
    done = end;
  }
  const named = blotted + text.slice(done);
  return named.replaceAll(/[^\s,"'{}[\]]+/g, (word) => (holdsSecret(word) ? stars(word) : word));
}
