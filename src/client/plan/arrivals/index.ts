import { createRandom } from "../../../math/random.ts";
import type { Result } from "../../../schema/result.ts";
import type { ArrivalDeclaration } from "../../../schema/workload.ts";
import type { Arrival, ArrivalRequest } from "./arrival.ts";
import { constant } from "./constant.ts";
import { gamma } from "./gamma.ts";
import { poisson } from "./poisson.ts";
import { ramp } from "./ramp.ts";
import { steps } from "./steps.ts";
import { trace } from "./trace.ts";

/** Every kind of arrivals, under the name that a workload gives it. */
const arrivals: { [Kind in ArrivalDeclaration["kind"]]: Arrival<Kind> } = {
  constant,
  poisson,
  gamma,
  ramp,
  steps,
  trace,
};

/** The whole schedule of an open loop, made before its clock starts: due times in whole ns from the start. A seed gives one schedule. */
export function makeSchedule(
  declaration: ArrivalDeclaration,
  request: Omit<ArrivalRequest, "random"> & { seed: number },
): Result<Float64Array> {
  const make = arrivals[declaration.kind] as Arrival<ArrivalDeclaration["kind"]>;
  return make(declaration, { ...request, random: createRandom(request.seed).fork("arrivals") });
}
