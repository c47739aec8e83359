import type { Json } from "../schema/json.ts";

/** A value in YAML's flow style, on one line. */
export function flowYaml(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flowYaml).join(", ")}]`;
  if (value === null || typeof value !== "object")
    return typeof value === "string" ? yamlText(value) : JSON.stringify(value);
  if (Object.keys(value).length === 0) return "{}";
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${key}: ${flowYaml(member)}`)
    .join(", ")} }`;
}

/** A map as an item of a list below a key, a line a member. */
export function listItem(members: { readonly [key: string]: Json }): string[] {
  return Object.entries(members).map(([key, member], at) => `  ${at === 0 ? "-" : " "} ${key}: ${flowYaml(member)}`);
}

/** Bare where YAML reads it as that text; else in JSON's quotes, which are YAML's too. */
export function yamlText(value: string): string {
  return /^[a-z][\w./-]*( [\w./-]+)*$/i.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
