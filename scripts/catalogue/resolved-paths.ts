import type { Json } from "../../src/schema/json.ts";
import type { KnobType } from "../../src/schema/knob-definition.ts";
import type { ResolvedField } from "../../src/matrix/engine/catalogue-merge.ts";

/**
 * The fields of a recorded `/server_info` (its `vllm_config`) by name, those alone whose name occurs once: a knob of that
 * name can only mean that field. The values are those of one machine, so only their types are taken.
 */
export function resolvedFields(serverInfo: string): Map<string, ResolvedField> {
  const root = (JSON.parse(serverInfo) as { vllm_config: Json }).vllm_config;
  const found = new Map<string, ResolvedField[]>();
  visit(root, [], (path, value) => {
    const name = path.at(-1) ?? "";
    const type = typeOf(value, new RegExp(`"${name}": -?\\d+\\.\\d`).test(serverInfo));
    found.set(name, [...(found.get(name) ?? []), { path: path.join("."), type }]);
  });
  return new Map([...found].flatMap(([name, fields]) => (fields.length === 1 && fields[0] ? [[name, fields[0]]] : [])));
}

function visit(value: Json, path: string[], leaf: (path: string[], value: Json) => void): void {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return;
  for (const [key, member] of Object.entries(value)) {
    leaf([...path, key], member);
    visit(member, [...path, key], leaf);
  }
}

function typeOf(value: Json, isFloat: boolean): KnobType | null {
  if (typeof value === "number") return isFloat ? "float" : "int";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return Array.isArray(value) ? "list" : null;
}
