import { succeed } from "../../../schema/result.ts";
import type { Arrival } from "./arrival.ts";
import { underRate } from "./rising.ts";

/** Evenly paced, step after step; the last rate holds for as long as there are requests. */
export const steps: Arrival<"steps"> = ({ steps: all }, { count }) =>
  succeed(
    underRate(
      count,
      all.map(({ rate, seconds }) => ({ seconds, from: rate, to: rate })),
    ),
  );
