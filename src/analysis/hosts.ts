import { contrastRatio } from "../math/contrast-ratio.ts";
import { studentTQuantile } from "../math/distributions.ts";
import { fitBlockModel, type ArmContrast } from "../math/block-model.ts";
import { mean } from "../math/statistics.ts";
import type { HostComparison, HostStanding } from "../schema/host-standing.ts";
import type { ComparedMetric } from "../schema/headline-figures.ts";
import type { StrayHostRule } from "../schema/stray-host.ts";
import { asText } from "../schema/json.ts";
import { declaredDevices } from "../schema/trial-spec.ts";
import { onceEach } from "../schema/once-each.ts";
import type { Trial } from "../schema/trial.ts";
import { coresUsed, gpuIds, idsOf, usedGpus } from "../schema/used-devices.ts";
import { hostOf, wholeBlock } from "./block-parts.ts";
import { pooledValues, type Pool } from "./pool.ts";
import { significanceLevel } from "./rules.ts";

/**
 * The name of the host that a trial ran on, or of its devices where all of these trials ran on one host; null where that is
 * not known.
 */
function hostNames(trials: readonly Trial[]): (trial: Trial) => string | null {
  const hosts = new Set(trials.flatMap((trial) => hostOf(trial) ?? []));
  return hosts.size > 1 ? hostOf : ownDevicesText;
}

/** Null where neither the trial's GPUs nor its cores are known. Each contrast and metric asks for it. */
const ownDevicesText = onceEach(
  (trial: Trial) =>
    gpuIds(trial.provenance).length > 0 || coresUsed(trial.provenance) !== null ? devicesText([trial]) : null,
  new WeakMap(),
);

/**
 * The host of each block; blocks of which it is not known are left out. Where the matrix declares other devices for some arms,
 * those of the first trial's arm name the block.
 */
export function hostsOfBlocks(trials: readonly Trial[]): Map<number, string> {
  const nameOf = hostNames(trials);
  const devices = declaredDevices(trials[0]?.knobs ?? {});
  const [others, own] = [false, true].map((wanted) =>
    trials.filter(({ knobs }) => (declaredDevices(knobs) === devices) === wanted),
  ) as [Trial[], Trial[]];
  return new Map(
    [...others, ...own].flatMap((trial): [number, string][] => {
      const name = nameOf(trial);
      return name === null ? [] : [[trial.spec.block, name]];
    }),
  );
}

/** In order, the blocks of the host that ran the most of them. */
export function blocksOfOneHost(trials: readonly Trial[]): number[] {
  const nameOf = hostsOfBlocks(trials);
  const blocks = [...new Set(trials.map(({ spec }) => spec.block))].toSorted((left, right) => left - right);
  const byHost = [...Map.groupBy(blocks, (block) => nameOf.get(block)).values()];
  return byHost.reduce((most, own) => (own.length > most.length ? own : most), []);
}

/** The names of the hosts on which some blocks ran; those that are not known are left out. */
export function hostsIn(trials: readonly Trial[], blocks: readonly number[]): string[] {
  const nameOf = hostsOfBlocks(trials);
  return [...new Set(blocks.flatMap((block) => nameOf.get(block) ?? []))].toSorted();
}

/** `NVIDIA H200 GPU-1a2b3c4d, GPU-5e6f7081`, `cores 0-15`; null where neither is known. */
function devicesText(trials: readonly Trial[]): string | null {
  const gpus = trials.flatMap(({ provenance }) => usedGpus(provenance));
  const kinds = Map.groupBy(gpus, ({ name }) => asText(name) ?? "GPU");
  if (kinds.size === 0) {
    const cores = new Set(trials.flatMap(({ provenance }) => coresUsed(provenance) ?? []));
    return cores.size === 0
      ? null
      : [...cores]
          .toSorted()
          .map((list) => `cores ${list}`)
          .join("; ");
  }
  return [...kinds]
    .map(([kind, own]) => {
      const ids = new Set(own.flatMap(idsOf).map((id) => id.slice(0, UUID_LETTERS)));
      return `${kind} ${[...ids].toSorted().join(", ")}`.trimEnd();
    })
    .join("; ");
}

/** `GPU-`, or `MIG-`, and the first group of a UUID. */
const UUID_LETTERS = 12;

/** A host's part of a comparison, and which trials ran on it. */
export interface HostsCompared {
  comparison: HostComparison;
  /** The name of the host of a trial's block. */
  nameOf: (trial: Trial) => string | undefined;
}

/**
 * Compares hosts by the baseline that all of them ran: ln(mean of a block) = host + error, one variance for all hosts, so that
 * a block is one value however often it holds the baseline. Null where fewer than two hosts are known to have measured it.
 * @param trials of all arms of the cell, those of the baseline first, with the part of their block in its place
 * @param figure what decides about the cell: asked for where there are several hosts
 */
export function compareHosts(
  trials: readonly Trial[],
  baseline: { name: string; pool: Pool },
  figure: () => Pick<ComparedMetric, "metric" | "stat">,
  rule: StrayHostRule,
): HostsCompared | null {
  const nameOfBlock = hostsOfBlocks(trials);
  if (new Set(nameOfBlock.values()).size < 2) return null;
  const { metric, stat } = figure();
  const { launches, unit } = pooledValues(baseline.pool, metric, stat);
  const blocks = [...Map.groupBy(launches, ({ block }) => block)].flatMap(([block, own]) => {
    const name = nameOfBlock.get(block);
    if (name === undefined || own.some(({ value }) => value <= 0)) return [];
    return [{ name, value: mean(own.map(({ value }) => Math.log(value)))!, launches: own.length }];
  });
  const byHost = Map.groupBy(blocks, ({ name }) => name);
  if (byHost.size < 2) return null;
  const names = [...byHost.keys()].toSorted();
  const model = fitBlockModel(blocks.map(({ name, value }) => ({ arm: names.indexOf(name), block: 0, value })));
  const levels = names.map((name) => mean(byHost.get(name)!.map(({ value }) => value))!);
  const median = medianOf(levels);
  const half =
    model.residualVariance === null
      ? null
      : studentTQuantile(1 - significanceLevel / 2, model.degreesOfFreedom) * Math.sqrt(model.residualVariance);
  const hosts = names.map((name, at): HostStanding => {
    const own = byHost.get(name)!;
    const there = trials.filter(({ spec }) => nameOfBlock.get(spec.block) === name);
    const value = Math.exp(levels[at]!);
    const factor = half === null ? null : Math.exp(half / Math.sqrt(own.length));
    const fromMedian = lessMedian(at, median);
    const { ratio, interval } = contrastRatio(model, fromMedian)!;
    return {
      name,
      host: there.map(hostOf).find((host) => host !== null) ?? null,
      devices: devicesText(baseline.pool.trials.filter(({ spec }) => nameOfBlock.get(spec.block) === name)),
      blocks: [...new Set(there.map(wholeBlock))].toSorted((left, right) => left - right),
      launches: own.reduce((sum, block) => sum + block.launches, 0),
      value,
      interval: factor === null ? null : { lower: value / factor, upper: value * factor },
      ratio,
      ratioInterval: fromMedian.size === 0 ? null : interval,
      strays: Math.abs(ratio - 1) > rule.above,
      leftOut: false,
    };
  });
  const straying = hosts.filter(({ strays }) => strays).length;
  const isSplit = straying > 0 && 2 * straying >= hosts.length;
  const comparison: HostComparison = {
    baseline: baseline.name,
    metric,
    stat,
    unit,
    called: new Set(hosts.map(({ host }) => host)).size > 1 ? "hosts" : "sets of devices",
    rule,
    isSplit,
    hosts: hosts.map((host) => ({ ...host, leftOut: host.strays && !isSplit && rule.leaveOut })),
  };
  return { comparison, nameOf: ({ spec }) => nameOfBlock.get(spec.block) };
}

/** The places of the one or two values in the middle. */
function medianOf(levels: readonly number[]): number[] {
  const places = [...levels.keys()].toSorted((left, right) => levels[left]! - levels[right]!);
  return places.slice(Math.floor((places.length - 1) / 2), Math.floor(places.length / 2) + 1);
}

/** A host less the median, whose hosts are taken as given; empty of the median itself. */
function lessMedian(host: number, median: readonly number[]): ArmContrast {
  const weights = new Map([[host, 1]]);
  for (const one of median) weights.set(one, (weights.get(one) ?? 0) - 1 / median.length);
  return new Map([...weights].filter(([, weight]) => weight !== 0));
}
