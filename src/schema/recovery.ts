import { Type, type Static } from "typebox";
import { strict } from "./strict-object.ts";

const classes = Type.Array(Type.String({ minLength: 1 }), {
  minItems: 1,
  description: "classes of failures, as sut/failures.yaml and the engine files name them",
});

/** `experiments/policies/recovery.yaml`: what a run does when an engine fails. */
export const RecoveryFile = strict({
  $schema: Type.Optional(Type.String()),
  retry: Type.Array(
    strict({
      classes,
      times: Type.Integer({
        minimum: 1,
        maximum: 100,
        description: "further attempts at a trial, at most, in one run",
      }),
      wait_s: Type.Number({ minimum: 0, maximum: 86_400, description: "seconds before the first of them" }),
      factor: Type.Optional(
        Type.Number({ minimum: 1, maximum: 100, description: "each wait is so many times the one before; default 2" }),
      ),
    }),
  ),
  environment: strict({
    classes,
    launches: Type.Integer({
      minimum: 1,
      description: "launches in a row that fail with one of these classes and end the run",
    }),
  }),
});

/** What a run does when an engine fails, by the class of the failure. */
export type RecoveryPolicy = Omit<Static<typeof RecoveryFile>, "$schema">;

/** Nothing is tried again, and no failure ends a run. */
export const noRecovery: RecoveryPolicy = { retry: [], environment: { classes: [], launches: Infinity } };
