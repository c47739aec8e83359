import { EnvironmentFile } from "../../schema/engine-file.ts";
import type { EngineEnvironment } from "../../schema/engine.ts";
import { canonicalJson } from "../../schema/json.ts";
import type { Gathering } from "../yaml/fragments.ts";
import { diagnosticAt } from "../yaml/places.ts";
import { hasShape } from "../yaml/shape.ts";
import { toJson, type Tree } from "../yaml/tree.ts";
import { environmentLock, gatherEngine } from "./engine.ts";
import { valuesOfSut } from "./sut-in-matrix.ts";

/**
 * Every environment that a matrix names beside those of its engine files, by the canonical JSON of its value: a map as in an
 * engine file, whose paths count from the study's folder, or the name of an engine file that has it. What has another shape is
 * left out: it has its diagnostic.
 */
export function gatherEnvironments(
  matrix: Tree,
  { root, sutFolders }: { root: string; sutFolders: string[] },
  gathering: Gathering,
): ReadonlyMap<string, EngineEnvironment> {
  const found = new Map<string, EngineEnvironment>();
  for (const value of valuesOfSut(matrix, "environment")) {
    const key = canonicalJson(toJson(value));
    if (found.has(key)) continue;
    const environment = environmentOf(value, { root, sutFolders }, gathering);
    if (environment !== null) found.set(key, environment);
  }
  return found;
}

function environmentOf(
  value: Tree,
  { root, sutFolders }: { root: string; sutFolders: string[] },
  gathering: Gathering,
): EngineEnvironment | null {
  if (value.kind === "scalar" && typeof value.value === "string") {
    const kind = EnvironmentFile.anyOf.find(({ properties }) => properties.kind.const === value.value);
    if (kind !== undefined && gathering.engines?.includes(value.value) !== true) {
      const members = kind.required.map((member) => (member === "kind" ? `kind: ${value.value}` : `${member}: …`));
      const message = `\`${value.value}\` is a kind of environment, not the name of an engine file`;
      const finding = {
        code: "unknown-engine",
        severity: "error" as const,
        message,
        hint: `write \`{ ${members.join(", ")} }\``,
      };
      gathering.diagnostics.push(diagnosticAt(value.at, gathering.texts, finding));
      return null;
    }
    const engine = gatherEngine(value.value, value.at, sutFolders, gathering);
    if (engine === null) return null;
    const { environment, environmentLock: lock, folder, version } = engine;
    return { environment, environmentLock: lock, folder, version };
  }
  const declaration = toJson(value);
  if (!hasShape(EnvironmentFile, declaration)) return null;
  const lock = environmentLock(declaration, root, gathering, (_pointer, finding) => {
    gathering.diagnostics.push(diagnosticAt(value.at, gathering.texts, { ...finding, severity: "error" }));
  });
  return { environment: declaration, environmentLock: lock, folder: root, version: null };
}
