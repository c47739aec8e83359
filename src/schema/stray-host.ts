import { Type } from "typebox";
import { partial } from "./strict-object.ts";

/** A host whose baseline lies further from the median of the hosts than this share strays; and whether comparisons leave its blocks out. */
export interface StrayHostRule {
  above: number;
  leaveOut: boolean;
}

/** What holds where a matrix says nothing. 5 %: our choice, above what launches of one configuration differ by on one host. */
export const usualStrayHostRule: StrayHostRule = { above: 0.05, leaveOut: false };

export const StrayHostFile = partial({
  above: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    default: usualStrayHostRule.above,
    description:
      "share by which a host's baseline may lie apart from the median of the hosts; one further apart is named",
  }),
  leave_out: Type.Boolean({
    default: usualStrayHostRule.leaveOut,
    description: "no comparison takes the blocks of a host that lies further apart, and the report says so",
  }),
});
