import { hash } from "node:crypto";

/**
 * MLflow 3.17.2, `mlflow/utils/validation.py`: keys beyond are refused, values beyond are cut without a word. In characters.
 * A run's name has no check, and a column of 250 in its database (`SqlRun`): all but SQLite refuse more.
 */
export const limits = { key: 250, param: 6000, tag: 8000, runName: 250 } as const;

/**
 * Names that MLflow takes for metrics and params, one for each original and no two alike. Its alphabet is letters of any
 * script, digits and `_ - . space : /`, and a name must be a path that is its own normal form. A name that is fine
 * stays; what had to be changed and then met another gets a piece of its hash, whatever the order of the list.
 */
export function distinctNames(originals: readonly string[]): Map<string, string> {
  const wanted = new Map([...new Set(originals)].map((original) => [original, allowedName(original)]));
  const uses = new Map<string, number>();
  for (const name of wanted.values()) uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const [original, name] of wanted) {
    if (original !== name && (uses.get(name) ?? 0) > 1)
      wanted.set(original, `${name.slice(0, limits.key - 9)}_${shortHash(original, 8)}`);
  }
  return wanted;
}

function allowedName(original: string): string {
  const segments = original
    .replaceAll(/[^\p{L}\p{Nd}_\-. :/]/gu, "_")
    .split("/")
    .filter((segment) => segment !== "")
    .map((segment) => (/^\.{1,2}$/.test(segment) ? segment.replaceAll(".", "_") : segment));
  const name = segments.join("/").replace(/^\.\./, "__") || "_";
  return name.length <= limits.key ? name : `${name.slice(0, limits.key - 13)}_${shortHash(original, 12)}`;
}

/** The value, or its beginning with an ellipsis and the sha256 of the whole where it is longer than `limit` characters. */
export function fittingValue(value: string, limit: number): string {
  if (value.length <= limit) return value;
  const end = `… sha256:${hash("sha256", value)}`;
  const start = value.slice(0, limit - end.length);
  return `${/[\uD800-\uDBFF]$/.test(start) ? start.slice(0, -1) : start}${end}`;
}

/** A text that can stand between quotes in a search filter: MLflow has no escape for its own, so they are written as in an address. */
export function searchable(text: string): string {
  return text.replaceAll(/['"`\\%]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function shortHash(text: string, digits: number): string {
  return hash("sha256", text).slice(0, digits);
}
