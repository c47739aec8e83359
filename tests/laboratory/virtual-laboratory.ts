import type { Experiment } from "../../src/schema/experiment.ts";
import { sameJson, type Json } from "../../src/schema/json.ts";
import type { Measurement, Statistic } from "../../src/schema/measurement.ts";
import type { Trial, Status } from "../../src/schema/trial.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import { createRandom } from "../../src/math/random.ts";
import { virtualNoise, type VirtualNoise } from "./virtual-noise.ts";

/** What one knob at one value, or several together, truly do. Ratios to an engine without it; 1 where it is not said. */
export interface PlantedEffect {
  knobs: { [knob: string]: Json };
  throughput?: number;
  accuracy?: number;
  outputTokens?: number;
  /** Factor of the noise's standard deviation. */
  noise?: number;
}

/** An engine that is only numbers. Shares are of 1, logarithms natural. */
export interface VirtualEngine {
  /** Output tokens a second without any planted effect. */
  throughput: number;
  /** Each applies where an experiment has all its knobs; those that apply multiply. */
  effects: readonly PlantedEffect[];
  noise: VirtualNoise;
  /** Change of the logarithm from one trial to the next in the order of the study. */
  driftPerTrial: number;
  /** Standard deviation of the logarithm that all trials of one launch share. */
  launchSd: number;
  /** Share of trials that end INVALID, with their figures. */
  invalidShare: number;
  /** At this many output tokens a second or more a trial ends INVALID, with its figures, as one does that is over too soon for a check. */
  invalidFrom?: number;
  /** Added to the logarithm of a trial by its place in time, beside drift: sessions, curves within blocks. */
  shift?: (spec: TrialSpec) => number;
  /** Days by which a trial starts later than its place in the order says. */
  daysLater?: (spec: TrialSpec) => number;
  /** What a trial records of its machine and engine; absent: nothing. */
  provenance?: (spec: TrialSpec) => Trial["provenance"];
}

/** An executor: one trial from its specification. */
export type VirtualLaboratory = (spec: TrialSpec) => Trial;

/** ROUGE-1 in per cent and characters of an answer where nothing is planted; tokens of a request. */
const ROUGE_1 = 38.78;
const CHARACTERS = 600;
const OUTPUT_TOKENS = 128;
/** Requests of a trial. */
const REQUESTS = 400;
/** Virtual time between the starts of two trials. */
const SLOT_MS = 600_000;
const DAY_MS = 86_400_000;

/**
 * A laboratory without clock, disk or network: trials of known truth, through which design, order and judgement are tested
 * like an instrument. The same seed gives the same trials, in whatever order they are asked for.
 */
export function createVirtualLaboratory(
  engine: VirtualEngine,
  experiments: readonly Experiment[],
  seed: string | number,
): VirtualLaboratory {
  const byId = new Map(experiments.map((experiment) => [experiment.id, experiment]));
  const random = createRandom(seed);
  const noise = virtualNoise(engine.noise, random.fork("noise"));
  const ofLaunch = new Map<string, number>();
  return (spec) => {
    const experiment = byId.get(spec.experimentId);
    if (experiment === undefined) throw new Error(`no experiment ${spec.experimentId} in the virtual laboratory`);
    const launchId = `virtual-${spec.launchKey}`;
    if (engine.launchSd > 0 && !ofLaunch.has(launchId)) {
      ofLaunch.set(launchId, engine.launchSd * random.fork(launchId).normal());
    }
    const shift =
      truthOf(engine, experiment, "noise") * noise(spec.position) +
      engine.driftPerTrial * spec.position +
      (engine.shift?.(spec) ?? 0) +
      (ofLaunch.get(launchId) ?? 0);
    const drawn = engine.invalidShare > 0 && random.fork(`invalid ${spec.trialId}`).next() < engine.invalidShare;
    const measurements = measured(engine, experiment, spec, Math.exp(shift));
    const throughput = measurements.find(({ metric }) => metric === "output_throughput")?.value ?? 0;
    const invalid = drawn || throughput >= (engine.invalidFrom ?? Infinity);
    const usable = spec.fidelity === "valid" || spec.fidelity === "submission" ? "VALID" : "SCREENED";
    const verdict: { status: Status; reason: string } = {
      status: invalid ? "INVALID" : usable,
      reason: invalid ? "the virtual laboratory drew a failure" : "every check passed",
    };
    return trialOf(engine, spec, experiment, { launchId, measurements, verdict });
  };
}

/** The product of what all that applies to an experiment does to one figure. */
function truthOf(engine: VirtualEngine, { knobs }: Experiment, of: Exclude<keyof PlantedEffect, "knobs">): number {
  return engine.effects
    .filter((effect) => Object.entries(effect.knobs).every(([knob, value]) => sameJson(knobs[knob], value)))
    .reduce((product, effect) => product * (effect[of] ?? 1), 1);
}

function row(metric: string, stat: Statistic, unit: string, value: number): Measurement {
  return { metric, stat, unit, value, why: null, n: REQUESTS, rule: "virtual", source: "client" };
}

/** A score with the interval that many answers would give it: ±0.2 %. */
function score(metric: string, value: number): Measurement {
  const interval = { lower: value * 0.998, upper: value * 1.002, method: "virtual" };
  return { ...row(metric, "mean", "%", value), interval };
}

function measured(engine: VirtualEngine, experiment: Experiment, spec: TrialSpec, noise: number): Measurement[] {
  const truth = (of: "throughput" | "accuracy" | "outputTokens"): number => truthOf(engine, experiment, of);
  const length = truth("outputTokens");
  if (spec.purpose === "accuracy") {
    const rouge = ROUGE_1 * truth("accuracy");
    return [
      score("rouge1", rouge),
      score("rouge2", rouge * 0.41),
      score("rougeL", rouge * 0.63),
      score("rougeLsum", rouge * 0.92),
      row("gen_len", "sum", "characters", CHARACTERS * REQUESTS * length),
    ];
  }
  const throughput = engine.throughput * truth("throughput") * noise;
  return [
    row("output_throughput", "value", "tok/s", throughput),
    row("request_throughput", "value", "req/s", throughput / (OUTPUT_TOKENS * length)),
    row("ttft", "p50", "ms", 60_000 / throughput),
    row("tpot", "p50", "ms", 6_000 / throughput),
    row("e2e", "p50", "ms", 850_000 / throughput),
    row("output_tokens", "mean", "tok", OUTPUT_TOKENS * length),
    row("requests_failed", "value", "1", 0),
  ];
}

function trialOf(
  engine: VirtualEngine,
  spec: TrialSpec,
  experiment: Experiment,
  found: { launchId: string; measurements: Measurement[]; verdict: { status: Status; reason: string } },
): Trial {
  const startMs = spec.position * SLOT_MS + (engine.daysLater?.(spec) ?? 0) * DAY_MS;
  return {
    format: "ceteris.trial/1",
    study: "virtual",
    spec,
    labels: experiment.labels,
    origin: "simulated",
    standIn: null,
    configurationId: experiment.configurationId,
    accuracyKey: experiment.accuracyKey,
    identity: experiment.identity,
    knobs: experiment.knobs,
    asked: { requests: REQUESTS, seconds: null },
    launchId: found.launchId,
    resolvedId: null,
    resolved: [],
    resolvedConfiguration: null,
    provenance: engine.provenance?.(spec) ?? null,
    startedAt: new Date(startMs).toISOString(),
    endedAt: new Date(startMs + SLOT_MS).toISOString(),
    phases: [],
    measurements: found.measurements,
    verdict: { ...found.verdict, checks: [], failure: null, rulesetId: null },
  };
}
