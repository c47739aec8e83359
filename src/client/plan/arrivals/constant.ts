import { NS_PER_S } from "../../../math/units.ts";
import type { Arrival } from "./arrival.ts";
import { withRate } from "./needs-rate.ts";

/** Evenly spaced, the first at the start. */
export const constant: Arrival<"constant"> = (_, { count, rate }) =>
  withRate(rate, (perS) =>
    Float64Array.from({ length: count }, (_none, place) => Math.round((place * NS_PER_S) / perS)),
  );
