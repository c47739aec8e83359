import { Type } from "typebox";
import { usualStrayHostRule } from "./stray-host.ts";
import { partial } from "./strict-object.ts";

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
