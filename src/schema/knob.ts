import { choice } from "./choice.ts";
import { Type, type Static } from "typebox";
import { canonicalJson, type Json } from "./json.ts";

/** A full or partial setting of knobs: canonical name to value. Engine knobs bare, load knobs `load.…`, environment `env.…`. */
export type Assignment = { [knob: string]: Json };

export const knobTypes = ["int", "float", "bool", "string", "choice", "json", "list"] as const;
export type KnobType = (typeof knobTypes)[number];

/** A member of a knob that takes a map. Its own members have dotted names beside it. */
export const KnobMember = Type.Object(
  {
    type: Type.Optional(choice(knobTypes, { description: "what values it takes; any where it is missing" })),
    values: Type.Optional(Type.Array(Type.String(), { description: "the choices" })),
    open: Type.Optional(Type.Boolean({ description: "the choices are known ones, others may exist" })),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    until: Type.Optional(Type.String({ description: "first version that no longer has it" })),
    replacement: Type.Optional(Type.String({ description: "what to set instead, in words" })),
  },
  { additionalProperties: false },
);
export type KnobMember = Static<typeof KnobMember>;

/**
 * One engine knob as the engine file declares it. Members are single words: this record lies in a map of users' keys,
 * which the disk format does not rename.
 */
export const KnobDefinition = Type.Object(
  {
    flag: Type.Optional(Type.String({ description: "the option on the command line, for instance --max-num-seqs" })),
    negation: Type.Optional(
      Type.String({ description: "the option that says false; a bool without one is left out when false" }),
    ),
    type: choice(knobTypes, { description: "what values it takes" }),
    values: Type.Optional(Type.Array(Type.String(), { description: "the choices" })),
    open: Type.Optional(Type.Boolean({ description: "the choices are known ones, others may exist (plugins)" })),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    default: Type.Optional(
      Type.Unknown({ description: "what the engine does when the knob is not set; absent where it depends" }),
    ),
    since: Type.Optional(Type.String({ description: "first version that has it" })),
    until: Type.Optional(Type.String({ description: "first version that no longer has it" })),
    replacement: Type.Optional(Type.String({ description: "what to set instead, in words" })),
    unsupported: Type.Optional(
      Type.String({ description: "why this SUT lacks it; experiments that set it are SKIPPED" }),
    ),
    inert: Type.Optional(Type.String({ description: "why it changes nothing on this SUT; a warning" })),
    resolved: Type.Optional(
      Type.String({
        description: "where the resolved configuration holds it: a dotted path",
        examples: ["scheduler_config.max_num_seqs"],
      }),
    ),
    same: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: "resolved spellings of a declared value: bfloat16 is torch.bfloat16",
      }),
    ),
    members: Type.Optional(
      Type.Record(Type.String(), KnobMember, {
        description: "all that its map may hold, by dotted path; absent where it may hold anything",
      }),
    ),
    short: Type.Optional(
      Type.String({ pattern: "^[a-z]{1,8}$", description: "stands for it in the names of rows: tp in tp8" }),
    ),
    group: Type.Optional(Type.String({ description: "the engine's own heading: SchedulerConfig" })),
    help: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type KnobDefinition = Static<typeof KnobDefinition>;

/** The key of a knob's value in `Study.written`. */
export function writtenKey(knob: string, value: Json): string {
  return `${knob} ${canonicalJson(value)}`;
}
