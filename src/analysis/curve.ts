import { levelOf } from "../math/level.ts";
import { meanInterval } from "../math/statistics.ts";
import {
  curvePercentiles,
  type Curve,
  type CurveDrift,
  type CurveFigure,
  type CurvePoint,
  type KeptSlo,
  type Knee,
} from "../schema/curve.ts";
import { perGpuName } from "../schema/derived-figures.ts";
import type { ComparedMetric } from "../schema/headline-figures.ts";
import { loadCurves, loadText, type LoadCurve, type LoadSetting } from "../schema/load-curve.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import { valueOf } from "./gpus.ts";
import { pooledValues, type LaunchValue, type Pool } from "./pool.ts";
import { poolsOf, type PoolOf } from "./pools.ts";
import { openLoops } from "./primary-metric.ts";
import type { ComparedStudy } from "./study.ts";

/** What curves are made from, beside the trials. */
export type CurveStudy = ComparedStudy & Pick<StudyRecord, "experiments" | "curve" | "peak">;

type Experiment = StudyRecord["experiments"][number];
type Figure = Pick<ComparedMetric, "metric" | "stat">;

const figure = (metric: string, stat: Figure["stat"]): Figure => ({ metric, stat });

/** Where a study does not say which share of the requests must meet the SLO: that of a search for the peak. */
const usualShare = 0.99;

/** A knee needs a point on both sides of it. */
const fewestPoints = 3;

/**
 * What a study says of each configuration as the load grows: a curve for every row of every system, under each workload and
 * at each point of the other axes, whatever the design. Empty where no load is swept.
 */
export function curvesFound(study: CurveStudy, trials: readonly Trial[]): Curve[] {
  const curves = loadCurves(study.experiments);
  if (curves.length === 0) return [];
  const poolOf = poolsOf(study, trials);
  return curves.map((curve) => curveOf(study, curve, { trials, poolOf }));
}

function curveOf(
  study: CurveStudy,
  { name, setting, points: members }: LoadCurve<Experiment>,
  { trials, poolOf }: { trials: readonly Trial[]; poolOf: PoolOf },
): Curve {
  const workload = members[0]!.member.labels.workload;
  const pools = members.map(({ member }) => poolOf(member.labels.name, "performance"));
  const declared = study.workloads?.find((one) => one.name === workload);
  const isOpen = openLoops.has(declared?.scenario ?? "");
  const [throughput, latency] = [throughputOf(pools), figure(isOpen ? "e2e_sched" : "e2e", "mean")];
  const share = study.curve?.share ?? study.peak?.share ?? usualShare;
  const shown = figuresOfCurve(throughput, [firstTokenOf(pools, isOpen), "tpot", isOpen ? "e2e_sched" : "e2e"]);
  const points = members.map(({ load, member }, index): CurvePoint => {
    const pool = pools[index]!;
    const figures = shown.map((one) => figureOf(pool, one));
    const within = figures.find(({ metric }) => metric === "goodput_share")?.value ?? null;
    return {
      experiment: member.labels.name,
      load,
      figures,
      // A share has no exact binary form: 906 of 1000 are 0.906.
      keepsSlo: within === null ? null : within >= 100 * share - 1e-9,
      why: pool.trials.length > 0 ? null : whyNone(member, pool, trials),
    };
  });
  const loads = members.map(({ load }) => load);
  return {
    name,
    workload,
    setting,
    points,
    knee: kneeOf(setting, loads, pools, { throughput, latency }),
    slo: sloOf(points, share),
    drift: driftOf(pools, isOpen ? latency : throughput),
  };
}

/** What a curve shows of each point, in the order of tables. */
function figuresOfCurve(throughput: Figure, latencies: readonly string[]): Figure[] {
  return [
    throughput,
    figure(perGpuName(throughput.metric) ?? throughput.metric, "value"),
    figure("interactivity", "value"),
    ...latencies.flatMap((metric) => curvePercentiles.map((stat) => figure(metric, stat))),
    figure("goodput", "value"),
    figure("goodput_share", "value"),
  ];
}

/** The time to the first token that an SLO counts: from the schedule in an open loop, where every trial that has one has it so. */
function firstTokenOf(pools: readonly Pool[], isOpen: boolean): string {
  const measured = pools.flatMap(({ trials }) => trials).filter((trial) => valueOf(trial, "ttft", "p50") !== null);
  const isScheduled = measured.every((trial) => valueOf(trial, "ttft_sched", "p50") !== null);
  return isOpen && isScheduled ? "ttft_sched" : "ttft";
}

/** The steady throughput where every measured point has it, so that ramp-up and drain of short points bend no curve. */
function throughputOf(pools: readonly Pool[]): Figure {
  const steady = figure("output_throughput_steady", "value");
  const measured = pools.filter(({ trials }) => trials.length > 0);
  const isSteady = measured.every(({ trials }) => trials.every((one) => valueOf(one, steady.metric, "value") !== null));
  return measured.length > 0 && isSteady ? steady : figure("output_throughput", "value");
}

function figureOf(pool: Pool, { metric, stat }: Figure): CurveFigure {
  const { values, unit } = pooledValues(pool, metric, stat);
  return { metric, stat, unit, value: levelOf(values), bounds: boundsOf(values), launches: values.length };
}

/** Student's t over launches, on logarithms; null of fewer than two, and where one measured zero. */
export function boundsOf(values: readonly number[]): { lower: number; upper: number } | null {
  const found = values.every((value) => value > 0) ? meanInterval(values.map(Math.log)) : null;
  return found === null ? null : { lower: Math.exp(found.lower), upper: Math.exp(found.upper) };
}

function whyNone({ id, skip }: Experiment, { excluded }: Pool, trials: readonly Trial[]): string {
  if (skip !== null) return `SKIPPED: ${skip}`;
  const last = excluded.at(-1);
  if (last === undefined) return "not run yet";
  const trial = trials.find(({ spec }) => spec.experimentId === id && spec.trialId === last.trialId);
  return trial === undefined ? last.why : `${trial.verdict.status}: ${trial.verdict.reason}`;
}

/**
 * The load at which power is largest: throughput ÷ mean latency of the whole request. Below it more load gains more
 * throughput, in per cent, than it costs latency, and above it less. Source: L. Kleinrock, "Power and deterministic rules of
 * thumb for probabilistic problems in computer communications", ICC 1979, 43.1.1 to 43.1.10; R. Jain, The Art of Computer
 * Systems Performance Analysis, 1991, section 3.4 (the knee). At the lowest or the highest of the measured loads it is no
 * knee: power may be larger beyond.
 */
function kneeOf(
  setting: LoadSetting,
  loads: readonly number[],
  pools: readonly Pool[],
  { throughput, latency }: { throughput: Figure; latency: Figure },
): Knee {
  const launches = pools.map((pool) =>
    [throughput, latency].map(({ metric, stat }) => pooledValues(pool, metric, stat).launches),
  );
  const measured = loads.flatMap((load, index) => {
    const [rate, time] = launches[index]!.map((own) => levelOf(own.map(({ value }) => value)));
    return rate == null || time == null || time <= 0 ? [] : [{ load, power: rate / time, index }];
  });
  if (measured.length < fewestPoints)
    return noKnee(`${measured.length} of its points have throughput and latency, and a knee needs ${fewestPoints}`);
  const best = largest(measured);
  const [first, last] = [measured[0]!.load, measured.at(-1)!.load];
  if (best === last)
    return noKnee(`power still rises at ${loadText(setting, last)}, the highest load that was measured`);
  if (best === first)
    return noKnee(`power falls from ${loadText(setting, first)} on, the lowest load that was measured`);
  const perBlock = kneesOfBlocks(measured.map(({ load, index }) => ({ load, launches: launches[index]! })));
  return {
    load: best,
    why: null,
    blocks: { agree: perBlock.filter((load) => load === best).length, of: perBlock.length },
  };
}

function noKnee(why: string): Knee {
  return { load: null, why, blocks: { agree: 0, of: 0 } };
}

function largest(points: readonly { load: number; power: number }[]): number {
  return points.reduce((best, point) => (point.power > best.power ? point : best)).load;
}

/** The load of largest power by the figures of each block alone, of the blocks that have all points. */
function kneesOfBlocks(points: readonly { load: number; launches: readonly LaunchValue[][] }[]): number[] {
  const blocks = new Set(points.flatMap(({ launches }) => launches.flat().map(({ block }) => block)));
  return [...blocks].flatMap((block) => {
    const own = points.flatMap(({ load, launches }) => {
      const [rate, time] = launches.map((all) =>
        levelOf(all.filter((one) => one.block === block).map(({ value }) => value)),
      );
      return rate == null || time == null ? [] : [{ load, power: rate / time }];
    });
    return own.length === points.length ? [largest(own)] : [];
  });
}

/** What broke is believed: a load that kept the SLO above one that broke it kept it by chance. */
function sloOf(points: readonly CurvePoint[], share: number): KeptSlo | null {
  if (points.every(({ keepsSlo }) => keepsSlo === null)) return null;
  const breaksAt = points.find(({ keepsSlo }) => keepsSlo === false)?.load ?? null;
  const kept = points.filter(({ keepsSlo, load }) => keepsSlo === true && load < (breaksAt ?? Infinity));
  return { share, upTo: kept.at(-1)?.load ?? null, breaksAt };
}

/** Of the points that launches measure twice, first and last: what changed in between. */
function driftOf(pools: readonly Pool[], of: Figure): CurveDrift | null {
  const ratios = pools.flatMap(({ trials }) => {
    const launches = Map.groupBy(trials, ({ launchId, spec }) => launchId ?? spec.trialId);
    return [...launches.values()].flatMap((own) => {
      const inOrder = own.toSorted((left, right) => left.spec.position - right.spec.position);
      const [first, last] = [inOrder[0]!, inOrder.at(-1)!].map((trial) => valueOf(trial, of.metric, of.stat));
      return own.length < 2 || !first || !last ? [] : [last / first];
    });
  });
  const ratio = levelOf(ratios);
  return ratio === null ? null : { ...of, ratio, bounds: boundsOf(ratios), launches: ratios.length };
}
