import { memberOf } from "./json.ts";
/** A dialect in the code's own form. */
export interface Dialect {
  lacks: { readonly [member: string]: string };
  names: { readonly [member: string]: string };
  /** The `top_k` that draws from every token; null where any number below 1 does. */
  topKOfAll: number | null;
}

/** vLLM's own, which knows all members by our names. */
export const plainDialect: Dialect = { lacks: {}, names: {}, topKOfAll: null };

/** The members of a body as an engine takes them: what it lacks is left out, what it names otherwise is renamed. */
export function inDialect(
  body: { readonly [member: string]: unknown },
  { lacks, names, topKOfAll }: Dialect,
): { [member: string]: unknown } {
  const topK = body["top_k"];
  const isEvery = topKOfAll !== null && typeof topK === "number" && topK < 1;
  return Object.fromEntries(
    Object.entries(isEvery ? { ...body, top_k: topKOfAll } : body)
      .filter(([member]) => !Object.hasOwn(lacks, member))
      .map(([member, value]) => [memberOf(names, member) ?? member, value]),
  );
}

/** True where an answer can be made to have an exact length: one of the two members alone does it, with `max_tokens`. */
export function forcesLengths({ lacks }: Dialect): boolean {
  return !Object.hasOwn(lacks, "ignore_eos") || !Object.hasOwn(lacks, "min_tokens");
}
