import { Type, type Static } from "typebox";
import { Errors } from "typebox/schema";
import { parse } from "yaml";
import { KnobDefinition } from "../../schema/knob-definition.ts";
import { fail, messageOf, type Result, succeed } from "../../schema/result.ts";
import { optional, strict } from "../../schema/strict-object.ts";
import { hasShape } from "../yaml/shape.ts";

/** `sut/catalogue/<engine>-hand.yaml`: how an engine is asked for its options, and what its answer does not say. */
const HandTable = strict({
  ask: strict({
    help: Type.Array(Type.String(), {
      description: "arguments with which it prints all its options, as argparse does",
    }),
    version: Type.Array(Type.String(), { description: "arguments with which it prints its version" }),
    ...optional({
      variables: Type.String({
        description: "the file of its Python package whose quoted keys, one a line, are the variables that it reads",
      }),
    }),
  }),
  extends: Type.Optional(Type.String({ description: "the engine file with the variables that are gone" })),
  seen: Type.String({
    description: "the version that members, defaults beyond the help, resolved names and couplings were looked up in",
  }),
  not_knobs: Type.Record(Type.String(), Type.String(), {
    description: "options that are not knobs: Ceteris sets them itself, or they hold secrets; name to reason",
  }),
  knobs: Type.Record(Type.String(), Type.Partial(KnobDefinition)),
});
export type HandTable = Static<typeof HandTable>;

/** A hand table of its text. `file` is how messages call it. */
export function readHandTable(text: string, file: string): Result<HandTable> {
  const hint = "sut/catalogue/vllm-hand.yaml is one that is right (docs/catalogue.md)";
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return fail("bad-hand-table", `${file}: ${messageOf(error)}`, hint);
  }
  if (hasShape(HandTable, value)) return succeed(value);
  const [, [first]] = Errors(HandTable, value);
  return fail(
    "bad-hand-table",
    `${file}${first === undefined ? "" : `: ${first.instancePath} ${first.message}`}`,
    hint,
  );
}
