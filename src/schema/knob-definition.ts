import { Type, type Static } from "typebox";
import { choice, optional, partial, strict } from "./strict-object.ts";

export const knobTypes = ["int", "float", "bool", "string", "choice", "json", "list"] as const;
export type KnobType = (typeof knobTypes)[number];

/** A member of a knob that takes a map. Its own members have dotted names beside it. */
export const KnobMember = partial({
  type: choice(knobTypes, { description: "what values it takes; any where it is missing" }),
  values: Type.Array(Type.String(), { description: "the choices" }),
  open: Type.Boolean({ description: "the choices are known ones, others may exist" }),
  min: Type.Number(),
  max: Type.Number(),
  until: Type.String({ description: "first version that no longer has it" }),
  replacement: Type.String({ description: "what to set instead, in words" }),
});
export type KnobMember = Static<typeof KnobMember>;

/**
 * One engine knob as the engine file declares it. Members are single words: this record lies in a map of users' keys,
 * which the disk format does not rename.
 */
export const KnobDefinition = strict({
  flag: Type.Optional(
    Type.String({
      description:
        "the option on the command line: --max-num-seqs; with = at its end the value follows without a space, and a word before that is an argument of its own: --set dtype=",
    }),
  ),
  negation: Type.Optional(
    Type.String({ description: "the option that says false; a bool without one is left out when false" }),
  ),
  type: choice(knobTypes, { description: "what values it takes" }),
  ...optional({
    values: Type.Array(Type.String(), { description: "the choices" }),
    open: Type.Boolean({ description: "the choices are known ones, others may exist (plugins)" }),
    min: Type.Number(),
    max: Type.Number(),
    default: Type.Unknown({ description: "what the engine does when the knob is not set; absent where it depends" }),
    since: Type.String({ description: "first version that has it" }),
    until: Type.String({ description: "first version that no longer has it" }),
    replacement: Type.String({ description: "what to set instead, in words" }),
    unsupported: Type.String({ description: "why this SUT lacks it; experiments that set it are SKIPPED" }),
    inert: Type.String({ description: "why it changes nothing on this SUT; a warning" }),
    resolved: Type.String({
      description: "where the resolved configuration holds it: a dotted path",
      examples: ["scheduler_config.max_num_seqs"],
    }),
    same: Type.Record(Type.String(), Type.String(), {
      description:
        "resolved spellings of a declared value: bfloat16 is torch.bfloat16; values of one spelling are one value",
    }),
    members: Type.Record(Type.String(), KnobMember, {
      description: "all that its map may hold, by dotted path; absent where it may hold anything",
    }),
    short: Type.String({ pattern: "^[a-z]{1,8}$", description: "stands for it in the names of rows: tp in tp8" }),
    group: Type.String({ description: "the engine's own heading: SchedulerConfig" }),
    help: Type.String(),
  }),
});
export type KnobDefinition = Static<typeof KnobDefinition>;
