import { Type } from "typebox";
import { partial } from "./strict-object.ts";

/** When a warm-up is long enough: the time per token has settled. The defaults are the rule of the seed, on block means. */
export const SteadyGateFile = partial({
  cv: Type.Number({
    exclusiveMinimum: 0,
    default: 0.05,
    description: "largest coefficient of variation of the block means of the time per token",
  }),
  over: Type.Integer({ minimum: 15, default: 30, description: "the last so many requests, in blocks of at least 5" }),
  longest_s: Type.Number({
    exclusiveMinimum: 0,
    default: 60,
    description: "not steady by then: the trial is INVALID",
  }),
});

/** The gate at the end of a warm-up. */
export interface SteadyGate {
  /** Largest coefficient of variation of the block means: 0.05 is 5 %. */
  cv: number;
  /** Requests whose blocks are compared. */
  over: number;
  longestS: number;
}
