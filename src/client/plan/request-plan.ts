import type { Sample } from "../../schema/sample.ts";
import type { Cancellation, RequestClass } from "../../schema/workload.ts";
import { classesOf, dealCutOffs } from "./classes.ts";
import type { LoadGenPlan } from "./loadgen-plan.ts";
import type { LoadOptions } from "../load-options.ts";
import { loadGenUnits, sendUnits } from "./send-order.ts";
import { staggered, unscoredUnits, warmUpUnits } from "./warm-up.ts";
import type { Mix } from "./units-in-turn.ts";

/**
 * What a phase sends, in the order of sending. A *unit* is a whole conversation or a single question: scenarios start
 * units, and within one each request waits for the answer before it. Columns, so that a unit costs a few bytes.
 */
export interface RequestPlan {
  /** One for each request; the turns of a conversation are adjacent. */
  sequence: readonly Sample[];
  /** Place in `sequence` at which each unit starts, and then the end of the last. */
  starts: Uint32Array;
  /** Number of each unit in the whole load, whichever part of it this is. */
  numbers: Uint32Array;
  /** Units of the whole load. */
  whole: number;
  classes: readonly RequestClass[];
  /** Of each unit, an index into `classes`; null where the workload has none. */
  classOf: Uint16Array | null;
  /** Of those requests whose class has none of its own. */
  cancel: Cancellation | null;
  /** Of each request: 1 where the client cuts it off. */
  cutOff: Uint8Array;
}

/** What every plan is made from. */
type PlanOptions = Pick<LoadOptions, "samples" | "workload" | "seed">;

export function unitCount(requestPlan: RequestPlan): number {
  return requestPlan.numbers.length;
}

/** Where one unit lies in `sequence`: from the first, up to the second. */
export function unitPlaces({ starts }: RequestPlan, unit: number): [from: number, to: number] {
  return [starts[unit]!, starts[unit + 1]!];
}

/** Null where the workload has no classes. */
export function classOfUnit({ classes, classOf }: RequestPlan, unit: number): RequestClass | null {
  return classOf === null ? null : (classes[classOf[unit]!] ?? null);
}

/** When the client cuts off the request at a place of a unit; null where it does not. */
export function cancellationAt(requestPlan: RequestPlan, unit: number, place: number): Cancellation | null {
  return requestPlan.cutOff[place] === 1 ? cancellationOf(requestPlan, unit) : null;
}

function cancellationOf(requestPlan: RequestPlan, unit: number): Cancellation | null {
  return classOfUnit(requestPlan, unit)?.cancel ?? requestPlan.cancel;
}

/**
 * The measured requests: those that LoadGen would issue; else at least `requests`, more where the last conversation has
 * turns beyond them. Classes and cut-offs are dealt over the whole of it by the seed, independent of its arrivals.
 */
export function measuredPlan(
  options: PlanOptions & { requests: number; loadGenPlan?: LoadGenPlan | null },
): RequestPlan {
  const { samples, requests, workload, seed, loadGenPlan = null } = options;
  const { order = "declared" } = workload.load;
  const units =
    loadGenPlan === null
      ? sendUnits(samples, requests, order, mixOf(options))
      : loadGenUnits(samples, loadGenPlan, order, seed);
  return withCutOffs(withClasses(units, options), options);
}

function withCutOffs(requestPlan: RequestPlan, { workload, seed }: PlanOptions): RequestPlan {
  const { classes, cancel } = workload;
  if (cancel === null && classes.every((one) => one.cancel === undefined)) return requestPlan;
  return { ...requestPlan, cutOff: dealCutOffs(cancellations(requestPlan), seed) };
}

/** Of each request, the rule by which the client may cut it off; a class's own takes the place of the workload's. */
function cancellations(requestPlan: RequestPlan): (Cancellation | null)[] {
  return Array.from({ length: unitCount(requestPlan) }, (_, unit) => {
    const [from, to] = unitPlaces(requestPlan, unit);
    return Array.from({ length: to - from }, () => cancellationOf(requestPlan, unit));
  }).flat();
}

/** The warm-up: at least as many requests as the workload says, and at least `fewestUnits` units. Classes have their part in it; nothing is cut off. */
export function warmUpPlan(options: PlanOptions, fewestUnits: number): RequestPlan {
  const { samples, workload } = options;
  return withClasses(warmUpUnits(samples, workload.warmupRequests, { units: fewestUnits, ...mixOf(options) }), options);
}

/** Whose datasets a plan mixes, and by which seed. */
function mixOf({ workload, seed }: PlanOptions): Mix {
  return { classes: workload.classes, seed };
}

/** The most requests that are made for a warm-up or a tail without a schedule: more than the fastest engine answers in a minute, in a few MB. */
const MOST_UNSCORED = 100_000;

/**
 * A warm-up that goes on until it is enough: it begins as `warmUpPlan` does, with its first `wave` units staggered, and has
 * as many units as a schedule, \`due\`, has times.
 */
export function ongoingWarmUpPlan(
  options: PlanOptions,
  { fewest, wave, due }: { fewest: number; wave: number; due?: number },
): RequestPlan {
  const { samples, workload } = options;
  const mix = mixOf(options);
  const warm = warmUpUnits(samples, workload.warmupRequests, { units: fewest, thinks: true, ...mix });
  const first = staggered(warm, wave, workload.sampling.max_tokens).slice(0, due);
  return withClasses(unscoredUnits(samples, first, { least: leastOf(due), what: "warm-up", ...mix }), options);
}

/** The tail: units like the measured ones, cut-offs included, as many as a schedule has times. */
export function tailPlan(options: PlanOptions, due?: number): RequestPlan {
  const units = unscoredUnits(options.samples, [], { least: leastOf(due), what: "tail", ...mixOf(options) });
  return withCutOffs(withClasses(units, options), options);
}

function leastOf(due: number | undefined): { units?: number; requests?: number } {
  return due === undefined ? { requests: MOST_UNSCORED } : { units: due };
}

/** The shard of a load whose units `take` chooses, in their order: what one of several workers sends. */
export function takeUnits(requestPlan: RequestPlan, take: (unit: number) => boolean): RequestPlan {
  const taken: number[] = [];
  for (let unit = 0; unit < unitCount(requestPlan); unit += 1) if (take(unit)) taken.push(unit);
  const places = taken.flatMap((unit) => {
    const [from, to] = unitPlaces(requestPlan, unit);
    return Array.from({ length: to - from }, (_, turn) => from + turn);
  });
  const { classOf } = requestPlan;
  return {
    ...requestPlan,
    sequence: places.map((place) => requestPlan.sequence[place]!),
    starts: startsOf(taken.map((unit) => requestPlan.starts[unit + 1]! - requestPlan.starts[unit]!)),
    numbers: Uint32Array.from(taken, (unit) => requestPlan.numbers[unit]!),
    classOf: classOf === null ? null : Uint16Array.from(taken, (unit) => classOf[unit]!),
    cutOff: Uint8Array.from(places, (place) => requestPlan.cutOff[place]!),
  };
}

function withClasses(units: readonly (readonly Sample[])[], { workload, seed }: PlanOptions): RequestPlan {
  const { classes, cancel } = workload;
  const sequence = units.flat();
  return {
    sequence,
    starts: startsOf(units.map(({ length }) => length)),
    numbers: new Uint32Array(units.length).map((_, unit) => unit),
    whole: units.length,
    classes,
    classOf: classes.length === 0 ? null : classesOf(classes, units, seed),
    cancel,
    cutOff: new Uint8Array(sequence.length),
  };
}

function startsOf(lengths: readonly number[]): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  for (let unit = 0; unit < lengths.length; unit += 1) starts[unit + 1] = starts[unit]! + lengths[unit]!;
  return starts;
}
