import { llamaCppProps } from "./llama-cpp-props.ts";
import type { Parser } from "./parser.ts";
import { sglangServerInfo } from "./sglang-server-info.ts";
import { vllmServerInfo } from "./vllm-server-info.ts";

/** For an engine that cannot be asked: every knob is `not verifiable`. */
const none: Parser = { parse: () => null };

/** Parsers by the name that an engine file gives. */
export const parsers: Record<string, Parser> = {
  none,
  "llama-cpp-props": llamaCppProps,
  "sglang-server-info": sglangServerInfo,
  "vllm-server-info": vllmServerInfo,
};

/** The parser of an engine file; that of an engine which cannot be asked where the file names none. Throws on a name that is not in the table: the file was checked before. */
export function parserOf(engine: { resolved: { parser: string } | null }): Parser {
  const name = engine.resolved?.parser ?? "none";
  const parser = parsers[name];
  if (!parser) throw new Error(`no parser ${name}; there are ${Object.keys(parsers).join(", ")}`);
  return parser;
}
