import type { Parser } from "./parser.ts";

/** For an engine that cannot be asked: every knob is `not verifiable`. */
export const none: Parser = {
  parse: () => null,
};
