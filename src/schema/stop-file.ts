import { Type } from "typebox";
import { stopFigures } from "./stop.ts";
import { strict } from "./strict-object.ts";

const notNegative = Type.Optional(Type.Number({ minimum: 0 }));

/** The rule that ends a curve. */
export const StopFile = strict(
  Object.fromEntries([...stopFigures.keys()].map((name) => [name, notNegative])),
  "a point that exceeds one of these ends its curve: later points are SKIPPED, and each curve runs from its lowest load up; latencies in ms, failed_share as a share of the requests",
);
