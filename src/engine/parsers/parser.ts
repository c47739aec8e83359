import type { Json } from "../../schema/json.ts";

/** Everything that an engine says of itself, by dotted path. */
export type ResolvedConfiguration = { [path: string]: Json };

/** What YAML cannot express about an engine's answer. Chosen by the engine file's `resolved.parser`. */
export interface Parser {
  /** From the answer of the engine's route and its start-up log; null where neither can be read. Secrets are left out. */
  parse(answer: string | null, log: string): ResolvedConfiguration | null;
}
