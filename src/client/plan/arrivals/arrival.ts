import type { Random } from "../../../math/random.ts";
import type { Result } from "../../../schema/result.ts";
import type { ArrivalDeclaration } from "../../../schema/workload.ts";

/** What a schedule is made from, beside the declaration. */
export interface ArrivalRequest {
  /** Due times to make. */
  count: number;
  /** Requests a second: `load.rate`; null where nothing sets it. */
  rate: number | null;
  random: Random;
  /** The arrivals of a trace in seconds from its first, ascending; null where there is none. */
  traceS: Float64Array | null;
}

/** Due times in whole nanoseconds from the start, ascending; a failure says what is missing. */
export type Arrival<Kind extends ArrivalDeclaration["kind"]> = (
  declaration: Extract<ArrivalDeclaration, { kind: Kind }>,
  request: ArrivalRequest,
) => Result<Float64Array>;
