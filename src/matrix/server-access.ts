import { headerName, isHeaderValue, isSecretHeader, ownHeaders } from "../schema/access.ts";
import type { Location } from "../schema/diagnostic.ts";
import { variableName } from "../schema/secrets.ts";
import { serverUrl } from "../schema/server-url.ts";
import { SutFile } from "../schema/sut-file.ts";
import type { Gathering } from "./yaml/fragments.ts";
import { diagnosticAt } from "./yaml/places.ts";
import { textOf, withEntry, type Entry, type MapTree, type Tree } from "./yaml/tree.ts";
import { blotOut } from "./yaml/written-secrets.ts";

type Complaint = { at: Location; code: string; message: string; hint: string };

/**
 * The address and the headers of `sut`, looked at before the shape of the matrix is, since what is wrong with them may be a
 * secret, and a message quotes what it is about. Whatever is refused is taken out, and blotted out in the text that excerpts
 * are made of.
 */
export function withoutSecrets(matrix: MapTree, gathering: Gathering): MapTree {
  const sut = matrix.entries.get("sut");
  if (sut?.tree.kind !== "map") return matrix;
  let tree: MapTree = sut.tree;
  const refuse = (complaint: Complaint, secret?: Tree): void => {
    if (secret !== undefined) blotOut(secret, gathering.texts);
    const { at, ...finding } = complaint;
    gathering.diagnostics.push(diagnosticAt(at, gathering.texts, { ...finding, severity: "error" }));
  };

  // What `sut` does not have may well be a key (`api_key`): its line is quoted without the value.
  for (const [name, entry] of sut.tree.entries) if (!(name in SutFile.properties)) blotOut(entry.tree, gathering.texts);

  const url = textOf(tree, "url");
  const address = url === null ? null : serverUrl(url.text);
  if (url !== null && address?.ok === false) {
    const { code, message, hint } = address.problem;
    refuse(
      { at: url.at, code, message: `\`sut.url\`: ${message}`, hint },
      /[@?#]/.test(url.text) ? tree.entries.get("url")!.tree : undefined,
    );
    tree = withEntry(tree, "url", null);
  }

  const headers = tree.entries.get("headers");
  if (headers?.tree.kind === "map") {
    let kept: MapTree = headers.tree;
    const names = new Set<string>();
    for (const [name, entry] of headers.tree.entries) {
      const found = faultOf(name, entry, names);
      names.add(name.toLowerCase());
      if (found === null) continue;
      refuse({ at: entry.key, ...found }, found.code === "secret-in-matrix" ? entry.tree : undefined);
      kept = withEntry(kept, name, null);
    }
    tree = withEntry(tree, "headers", { key: headers.key, tree: kept });
  }
  return withEntry(matrix, "sut", { key: sut.key, tree });
}

/** What is wrong with a header; null of one that is right, or whose fault is its shape. No message repeats a value. */
function faultOf(name: string, { tree }: Entry, before: ReadonlySet<string>): Omit<Complaint, "at"> | null {
  const own = name.toLowerCase();
  if (!headerName.test(name))
    return {
      code: "bad-header",
      message: `\`${name}\` is not the name of a header`,
      hint: "letters, digits and - are usual",
    };
  if (ownHeaders.includes(own))
    return { code: "bad-header", message: `Ceteris sends \`${name}\` itself`, hint: "leave it out" };
  if (before.has(own)) {
    const hint = "letter case does not tell headers apart: keep one of them";
    return { code: "bad-header", message: `the header \`${name}\` is there twice`, hint };
  }
  const variable = textOf(tree, "env");
  const literal = tree.kind === "scalar" ? String(tree.value ?? "") : null;
  if (isSecretHeader(name, literal ?? "") && !(variable !== null && isOnlyEnv(tree))) {
    const message = `\`${name}\` usually carries a secret, which does not belong into a file`;
    return { code: "secret-in-matrix", message, hint: `name the variable that holds it: \`${name}: { env: NAME }\`` };
  }
  if (variable !== null && !variableName.test(variable.text)) {
    const message = `\`env\` of the header \`${name}\` names no variable`;
    const hint = "letters, digits and _, no digit first: the value itself belongs into the environment";
    return { code: "secret-in-matrix", message, hint };
  }
  if (literal !== null && !isHeaderValue(literal)) {
    const hint = "write one line of ASCII text, in quotes";
    return { code: "bad-header", message: `the header \`${name}\` cannot carry this value`, hint };
  }
  return null;
}

function isOnlyEnv(tree: Tree): boolean {
  return tree.kind === "map" && tree.entries.size === 1;
}
