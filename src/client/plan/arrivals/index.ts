import { createRandom, type Random } from "../../../math/random.ts";
import { underRate } from "../../../math/under-rate.ts";
import { NS_PER_S } from "../../../math/units.ts";
import { fail, succeed, type Result } from "../../../schema/result.ts";
import { stretchesOf } from "../../../schema/arrival-kinds.ts";
import type { ArrivalDeclaration } from "../../../schema/workload.ts";

/** What a schedule is made from, beside the declaration. */
interface ArrivalRequest {
  /** Due times to make. */
  count: number;
  /** Requests a second: `load.rate`; null where nothing sets it. */
  rate: number | null;
  random: Random;
  /** The arrivals of a trace in seconds from its first, ascending; null where there is none. */
  traceS: Float64Array | null;
}

/** Due times in whole nanoseconds from the start, ascending; a failure says what is missing. */
type Arrival<Kind extends ArrivalDeclaration["kind"]> = (
  declaration: Extract<ArrivalDeclaration, { kind: Kind }>,
  request: ArrivalRequest,
) => Result<Float64Array>;

/** Every kind of arrivals, under the name that a workload gives it. */
const arrivals: { [Kind in ArrivalDeclaration["kind"]]: Arrival<Kind> } = {
  /** Evenly spaced, the first at the start. */
  constant: (_, { count, rate }) =>
    withRate(rate, (perS) =>
      Float64Array.from({ length: count }, (_none, place) => Math.round((place * NS_PER_S) / perS)),
    ),
  /** A Poisson process: independent gaps, exponential with mean 1 / rate. */
  poisson: (_, { count, rate, random }) => withRate(rate, (perS) => fromGaps(count, () => random.exponential(perS))),
  /**
   * Independent gaps, gamma with shape `burstiness` and mean 1 / rate: their coefficient of variation is 1 / √burstiness.
   * The same meaning as `--burstiness` of `vllm bench serve`; 1 is a Poisson process.
   */
  gamma: ({ burstiness }, { count, rate, random }) =>
    withRate(rate, (perS) => fromGaps(count, () => random.gamma(burstiness, 1 / (perS * burstiness)))),
  /** Evenly paced under a rate that goes from `load.rate` to `to` in a straight line over `seconds`, and then holds. */
  ramp: (ramp, { count, rate }) => withRate(rate, (from) => underRate(count, stretchesOf(ramp, from)!)),
  /** Evenly paced, step after step; the last rate holds for as long as there are requests. */
  steps: (steps, { count, rate }) => succeed(underRate(count, stretchesOf(steps, rate)!)),
  /** As recorded, from its first arrival on, at `speed`. A trace is never repeated to fill a count: its end would be a seam. */
  trace({ path, speed = 1 }, { count, traceS }) {
    // Whoever reads the file says what is wrong with it, before an engine is started.
    if (traceS === null || traceS.length < count)
      throw new Error(`${count} arrivals of ${path} were not read before the load`);
    return succeed(traceS.slice(0, count).map((atS) => Math.round((atS / speed) * NS_PER_S)));
  },
};

/** The whole schedule of an open loop, made before its clock starts: due times in whole ns from the start. A seed gives one schedule. */
export function makeSchedule(
  declaration: ArrivalDeclaration,
  request: Omit<ArrivalRequest, "random"> & { seed: number },
): Result<Float64Array> {
  const make = arrivals[declaration.kind] as Arrival<ArrivalDeclaration["kind"]>;
  return make(declaration, { ...request, random: createRandom(request.seed).fork("arrivals") });
}

/** Makes a schedule from a rate; a failure where there is none. */
function withRate(rate: number | null, make: (rate: number) => Float64Array): Result<Float64Array> {
  return rate === null
    ? fail("no-rate", "an open loop without a rate", "Set load.rate, in requests a second.")
    : succeed(make(rate));
}

/**
 * Due times whose gaps are drawn one after another, in seconds; the first request is due after the first gap. The sum
 * is kept in seconds and rounded once for each time, so that roundings do not add up. Nothing is scaled afterwards to
 * end on the mean: a schedule of which the end is known is no renewal process any more.
 */
function fromGaps(count: number, drawGapS: () => number): Float64Array {
  const due = new Float64Array(count);
  let atS = 0;
  for (let place = 0; place < count; place += 1) {
    atS += drawGapS();
    due[place] = Math.round(atS * NS_PER_S);
  }
  return due;
}
