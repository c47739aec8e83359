import { Type } from "typebox";
import { stopFigures } from "./stop.ts";
import { strict } from "./strict-object.ts";

const limit = Type.Optional(Type.Number({ minimum: 0 }));
/** No trial exceeds 1. */
const limitOfShare = Type.Optional(
  Type.Number({ minimum: 0, exclusiveMaximum: 1, description: "a share of the requests: 0.05 is 5 %" }),
);

/** The rule that ends a curve. */
export const StopFile = strict(
  Object.fromEntries([...stopFigures].map(([name, { of }]) => [name, of === "share" ? limitOfShare : limit])),
  "a point that exceeds one of these ends its curve: later points are SKIPPED, and each curve runs from its lowest load up; latencies in ms, failed_share as a share of the requests",
);
