import { Type } from "typebox";
import { AssignmentFile, RowId } from "./design.ts";
import { EnvironmentFile } from "./engine-file.ts";
import { PriceFile } from "./price-file.ts";
import { optional, strict } from "./strict-object.ts";

/** A program and its arguments: no shell reads it. */
const ArgumentList = Type.Array(Type.String(), { minItems: 1 });

/** Members of `sut` that say what is launched: a row, a factor, a duel or a system may set them as well (`sut.version`). */
export const settableSut = {
  engine: Type.String({ description: "an engine file: sut/<name>.yaml" }),
  model: Type.String({ description: "a repository or a folder, as the engine takes it" }),
  revision: Type.String({ description: "the commit of the model" }),
  tokenizer: Type.String(),
  version: Type.String({ description: "the engine's version that the study was written for" }),
  environment: Type.Union([EnvironmentFile, Type.String({ description: "an engine file: where that engine is" })], {
    description:
      "where the engine is, in the place of what its file says: two versions of one engine are in two environments",
  }),
  devices: Type.Array(Type.Union([Type.Integer({ minimum: 0 }), Type.String()]), { description: "the GPUs to use" }),
  extra_args: Type.Array(Type.String(), {
    description: "passed to the engine as they are: hashed, shown, not understood",
  }),
  prefix: Type.Array(Type.String(), {
    description: "a program that runs the engine's command, with its arguments: [numactl, --cpunodebind=0]; hashed",
  }),
  before_launch: Type.Array(ArgumentList, {
    description: "commands that run before each launch, one after the other: [[./drop-caches.sh]]; hashed",
  }),
};

const settable = optional(settableSut);

/** Headers of a server that runs already: a value, or the variable that holds it. */
const HeadersFile = Type.Record(
  Type.String(),
  Type.Union([
    Type.String(),
    strict({ env: Type.String({ description: "the variable of the environment that holds the value" }) }),
  ]),
  {
    description:
      "sent with every request to a server that runs already; a secret by the name of its variable: Authorization: { env: TOKEN }",
  },
);

/** What is measured, and how it is started or reached. */
export const SutFile = strict({
  ...settable,
  engine: settableSut.engine,
  ...optional({
    url: Type.String({
      description: "http://host:port of a server that runs already, with `engine: endpoint`; never part of an id",
    }),
    headers: HeadersFile,
    price_per_hour: PriceFile,
    after_trial: Type.Array(ArgumentList, {
      description: "commands that run after each trial, while its engine still runs",
    }),
    hook_deadline_s: Type.Number({
      exclusiveMinimum: 0,
      default: 300,
      description: "seconds that each command of before_launch and after_trial may take",
    }),
  }),
});

/** A system: what differs from `sut`, and from the baseline's knobs. */
export const SystemFile = strict({
  id: RowId,
  ...settable,
  knobs: Type.Optional(AssignmentFile),
});
