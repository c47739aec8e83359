import type { Axis } from "./axis.ts";
import { nameInScope, type Assignment } from "./knob.ts";

/** The settings that say how much load there is: requests in flight, or requests a second. */
export const loadSettings = ["load.concurrency", "load.rate"] as const;
export type LoadSetting = (typeof loadSettings)[number];

/** True of an axis that varies the load and nothing else: each of its points sets another rate, or another number in flight. */
export function isLoadAxis({ points }: Pick<Axis, "points">): boolean {
  return loadSettings.some((setting) => {
    const loads = new Set(points.map(({ set }) => set[setting]));
    const isOfLoad = points.every(({ set }) => Object.keys(set).every((name) => nameInScope(name, "load") !== null));
    return isOfLoad && loads.size === points.length && [...loads].every((load) => typeof load === "number");
  });
}

/** What a point of a curve is made of: an experiment, or what a record keeps of it. */
interface Loaded {
  labels: { curve?: string };
  knobs: Assignment;
}

/** Experiments that differ in the load alone: one row of one system, under one workload and at one point of all other axes. */
export interface LoadCurve<Member> {
  /** The name that they have in common: `tp8@chat`. */
  name: string;
  setting: LoadSetting;
  /** From the lowest load up. */
  points: { load: number; member: Member }[];
}

/** The curves of these experiments, in their order; an experiment whose load nothing sweeps is in none. */
export function loadCurves<Member extends Loaded>(members: readonly Member[]): LoadCurve<Member>[] {
  const byName = Map.groupBy(members, ({ labels }) => labels.curve ?? null);
  return [...byName].flatMap(([name, own]) => {
    const setting = loadSettings.find((one) => new Set(own.map(({ knobs }) => knobs[one])).size > 1);
    if (name === null || setting === undefined) return [];
    const points = own.map((member) => ({ load: Number(member.knobs[setting]), member }));
    return [{ name, setting, points: points.toSorted((left, right) => left.load - right.load) }];
  });
}

/** A load with its unit in words: `32 in flight`, `8 requests/s`. */
export function loadText(setting: LoadSetting, load: number): string {
  return setting === "load.concurrency" ? `${load} in flight` : `${load} requests/s`;
}
