import { fixedText } from "../math/figures.ts";
import { levelOf } from "../math/level.ts";
import type { Capacity, CapacityQuestion } from "../schema/capacity.ts";
import { configurationName } from "../schema/experiment.ts";
import type { Curve, CurveFigure } from "../schema/curve.ts";
import { loadText } from "../schema/load-curve.ts";
import { judgedRates, rateBounds, type PeakFound } from "../schema/peak-found.ts";
import { pricePerHour } from "../schema/price.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import { trialsOf, type Trial } from "../schema/trial.ts";
import { boundsOf } from "./curve.ts";
import { gpusOfExperiment, valueOf } from "./gpus.ts";
import { pooledValues, usableTrials } from "./pool.ts";
import type { ComparedExperiment, ComparedStudy } from "./study.ts";

/** What capacities are worked out from. */
export interface CapacityInput {
  study: ComparedStudy & Pick<StudyRecord, "price">;
  trials: readonly Trial[];
  curves: readonly Curve[];
  peaks: readonly PeakFound[];
}

/**
 * Instances for a rate λ with headroom h, of every configuration whose load was swept or whose peak was searched:
 * n = ⌈λ (1 + h) ÷ μ⌉, where μ is the rate that one instance serves within the SLO at the largest load that kept it, at the
 * lower end of its 95 % interval over launches (of one launch the value itself). That is the utilization law with the load
 * divided evenly: no instance is given more than was seen to keep the SLO.
 * Source: P. J. Denning and J. P. Buzen, "The operational analysis of queueing network models", ACM Computing Surveys 10(3), 1978.
 */
export function capacities(input: CapacityInput, question: CapacityQuestion): Capacity[] {
  const found = [
    ...input.curves.map((curve) => ofCurve(input, curve)),
    ...input.peaks.map((peak) => ofPeak(input, peak)),
  ];
  return found.map((one) => {
    if (one.perInstance === null) return { ...one, instances: null };
    const slowest = one.perInstance.bounds?.lower ?? one.perInstance.value;
    return { ...one, instances: instancesFor(question, slowest) };
  });
}

/** At least 1. */
function instancesFor({ rate, headroom }: CapacityQuestion, perInstance: number): number {
  // Products of decimals have no exact binary form: 1.2 × 10 ÷ 4 is 3, not 3 and a bit.
  return Math.max(1, Math.ceil((rate * (1 + headroom)) / perInstance - 1e-9));
}

/** GPUs of one instance and what it costs, in US dollars an hour: null where no price is declared, or nobody knows its GPUs. */
function instanceOf(
  { study, trials }: CapacityInput,
  experiment: ComparedExperiment | undefined,
): Pick<Capacity, "gpus" | "pricePerHour"> {
  if (experiment === undefined) return { gpus: null, pricePerHour: null };
  const gpus = gpusOfExperiment(experiment, trials);
  return { gpus, pricePerHour: pricePerHour(study.price, gpus, trialsOf(trials, experiment.id)) };
}

type Found = Omit<Capacity, "instances">;

function ofCurve(input: CapacityInput, { name, workload, setting, slo, points }: Curve): Found {
  const { study } = input;
  const usual: Found = {
    configuration: name,
    workload,
    setting,
    share: slo?.share ?? null,
    upTo: slo?.upTo ?? null,
    breaksAt: slo?.breaksAt ?? null,
    perInstance: null,
    ...instanceOf(
      input,
      study.experiments.find(({ labels }) => labels.name === points[0]?.experiment),
    ),
    why: null,
  };
  const isUnmeasured = points.every(({ why }) => why !== null);
  if (slo === null) return { ...usual, why: whyNoSlo(study, workload, isUnmeasured) };
  const { upTo, breaksAt } = slo;
  if (upTo === null) {
    const lowest = breaksAt === null ? "no load was judged" : `${loadText(setting, breaksAt)} broke it`;
    return { ...usual, why: `no measured load kept the SLO (${lowest}): sweep lower loads` };
  }
  const point = points.find(({ load }) => load === upTo);
  const goodput = point?.figures.find(({ metric }) => metric === "goodput");
  const at = study.experiments.find(({ labels }) => labels.name === point?.experiment);
  const isOfTurns = countsTurns(trialsOf(input.trials, at?.id));
  const offered = setting === "load.rate" && !isOfTurns ? upTo : Infinity;
  const perInstance = goodput === undefined ? null : rateOf(goodput, offered);
  return {
    ...usual,
    perInstance,
    why: perInstance === null ? `no goodput was measured at ${loadText(setting, upTo)}` : null,
  };
}

function whyNoSlo({ workloads }: CapacityInput["study"], workload: string, isUnmeasured: boolean): string {
  const declared = workloads?.find(({ name }) => name === workload)?.slo ?? false;
  if (isUnmeasured) return "none of its loads has a usable trial";
  return declared
    ? "nobody could tell which of its requests met the SLO"
    : `the workload ${workload} states no SLO: give its limits with --slo ttft_ms=…,tpot_ms=…, or state \`slo:\` and run again`;
}

/** An open loop serves no more than it was offered: what drains after the last send makes a short window look busier. */
function rateOf(
  { value, bounds, launches }: Pick<CurveFigure, "value" | "bounds" | "launches">,
  offered: number,
): Capacity["perInstance"] {
  if (value === null || value <= 0) return null;
  return {
    value: Math.min(value, offered),
    bounds: bounds === null ? null : { lower: Math.min(bounds.lower, offered), upper: Math.min(bounds.upper, offered) },
    launches,
  };
}

/** True of trials whose rate is of conversations, while goodput counts their turns. */
function countsTurns(trials: readonly Trial[]): boolean {
  return trials.some((trial) => valueOf(trial, "turn_throughput", "value") !== null);
}

/** Of a search: the trials that sustained the peak, or the probe alone. */
function ofPeak(input: CapacityInput, found: PeakFound): Found {
  const { study, trials } = input;
  const { row, workload, share, tries, undecided } = found;
  const peak = found.peak ?? undecided?.atLeast ?? null;
  const own = study.experiments.filter(
    ({ labels }) => labels.workload === workload && configurationName(labels) === row,
  );
  const at = own.find(({ knobs }) => knobs?.["load.rate"] === peak);
  const usual: Found = {
    configuration: row,
    workload,
    setting: "load.rate",
    share,
    upTo: peak,
    breaksAt: rateBounds(judgedRates(tries)).broke,
    perInstance: null,
    ...instanceOf(input, own[0]),
    why: null,
  };
  if (peak === null) {
    const why =
      undecided === null ? "no rate that was tried kept the SLO" : `the search is undecided: ${undecided.why}`;
    return { ...usual, why };
  }
  const pool = at === undefined ? null : usableTrials(study, trials, at.id, "performance");
  const { values } = pool === null ? { values: [] } : pooledValues(pool, "goodput", "value");
  // The peak is mostly no rate of the plan: all trials of the search say what it counts.
  const isOfTurns = countsTurns(
    trials.filter(({ labels }) => labels.workload === workload && configurationName(labels) === row),
  );
  const offered = isOfTurns ? Infinity : peak;
  const sustained = rateOf({ value: levelOf(values), bounds: boundsOf(values), launches: values.length }, offered);
  if (sustained === null && isOfTurns)
    return {
      ...usual,
      why: `no trial sustained ${peak} conversations a second: their turns within the SLO are not known`,
    };
  return { ...usual, perInstance: sustained ?? { value: peak, bounds: null, launches: 1 } };
}

/** What an answer rests on and what it takes for granted, in sentences, each once. */
export function capacityNotes(found: readonly Capacity[], { rate, headroom }: CapacityQuestion): string[] {
  const answered = found.filter(({ instances }) => instances !== null);
  if (answered.length === 0) return [];
  const some = (is: (one: Capacity) => boolean): string[] =>
    answered.filter(is).map(({ configuration, workload }) => `${configuration} (${workload})`);
  const asked = rate * (1 + headroom);
  return [
    `Instances are ${fixedText(rate, 2)} requests/s × ${fixedText(1 + headroom, 2)} = ${fixedText(asked, 2)} requests/s ÷ what one instance serves within the SLO, at the lower end of its 95 % interval over launches, rounded up.`,
    ...named(
      some(({ perInstance }) => asked > (perInstance?.bounds?.upper ?? perInstance?.value ?? 0)),
      "extrapolated from one instance: several were not measured together, and the load must be divided evenly among them.",
    ),
    ...named(
      some(({ breaksAt }) => breaksAt === null),
      "no measured load broke the SLO, so that an instance serves at least this much, and fewer instances may do.",
    ),
    ...named(
      some(({ perInstance }) => perInstance?.bounds === null),
      "too few launches for an interval: the value itself is used, and another launch may serve less.",
    ),
    ...named(
      some(({ setting }) => setting === "load.concurrency"),
      "measured in a closed loop, which waits for the server. Arrivals of independent users bunch up, and keep the SLO only at a lower rate; sweep `load.rate` to know.",
    ),
    ...named(
      some(({ gpus }) => gpus === null),
      "the number of GPUs of an instance is not known.",
    ),
  ];
}

function named(names: readonly string[], says: string): string[] {
  return names.length === 0 ? [] : [`${names.join(", ")}: ${says}`];
}
