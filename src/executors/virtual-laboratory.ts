import type { Experiment } from "../schema/experiment.ts";
import { sameJson, type Json } from "../schema/json.ts";
import type { Measurement, Statistic } from "../schema/measurement.ts";
import type { Trial } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Status } from "../schema/verdict.ts";
import { createRandom } from "../math/random.ts";
import { virtualNoise, type VirtualNoise } from "./virtual-noise.ts";

/** What one knob at one value, or several together, truly do. Ratios to an engine without it; 1 where it is not said. */
export interface PlantedEffect {
  knobs: { [knob: string]: Json };
  throughput?: number;
  accuracy?: number;
  outputTokens?: number;
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
  /** Share of trials that end INVALID. */
  invalidShare: number;
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
    const shift = noise(spec.position) + engine.driftPerTrial * spec.position + (ofLaunch.get(launchId) ?? 0);
    const invalid = engine.invalidShare > 0 && random.fork(`invalid ${spec.trialId}`).next() < engine.invalidShare;
    const usable: Status = spec.fidelity === "valid" || spec.fidelity === "submission" ? "VALID" : "SCREENED";
    return trialOf(spec, experiment, launchId, measured(engine, experiment, spec, Math.exp(shift)), {
      status: invalid ? "INVALID" : usable,
      reason: invalid ? "the virtual laboratory drew a failure" : "every check passed",
    });
  };
}

function row(metric: string, stat: Statistic, unit: string, value: number): Measurement {
  return { metric, stat, unit, value, why: null, n: REQUESTS, rule: "virtual", source: "client" };
}

function measured(engine: VirtualEngine, { knobs }: Experiment, spec: TrialSpec, noise: number): Measurement[] {
  const applying = engine.effects.filter((effect) =>
    Object.entries(effect.knobs).every(([knob, value]) => sameJson(knobs[knob], value)),
  );
  const truth = (of: "throughput" | "accuracy" | "outputTokens"): number =>
    applying.reduce((product, effect) => product * (effect[of] ?? 1), 1);
  const length = truth("outputTokens");
  if (spec.purpose === "accuracy") {
    const rouge = ROUGE_1 * truth("accuracy");
    return [
      row("rouge1", "mean", "%", rouge),
      row("rouge2", "mean", "%", rouge * 0.41),
      row("rougeL", "mean", "%", rouge * 0.63),
      row("rougeLsum", "mean", "%", rouge * 0.92),
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
  spec: TrialSpec,
  experiment: Experiment,
  launchId: string,
  measurements: Measurement[],
  verdict: { status: Status; reason: string },
): Trial {
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
    launchId,
    resolvedId: null,
    resolved: [],
    resolvedConfiguration: null,
    provenance: null,
    startedAt: new Date(spec.position * SLOT_MS).toISOString(),
    endedAt: new Date((spec.position + 1) * SLOT_MS).toISOString(),
    phases: [],
    measurements,
    verdict: { ...verdict, checks: [], failure: null, rulesetId: null },
  };
}
