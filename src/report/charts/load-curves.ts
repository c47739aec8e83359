import { cellName, configurationName } from "../../schema/experiment.ts";
import { curvePercentiles, type Curve, type CurvePoint } from "../../schema/curve.ts";
import type { DeclaredLimits } from "../../schema/study-record.ts";
import { latencyIn, throughputIn } from "../relations/curves.ts";
import { configurationsOf, type Configuration } from "./configurations.ts";
import type { ChartInput } from "./index.ts";

/** A curve with what it is drawn by. */
export interface DrawnCurve {
  curve: Curve;
  configuration: Configuration;
  /** Workload and point of all axes but the load; empty where there is one. */
  panel: string;
  /** Limits of each request. */
  limits: DeclaredLimits;
}

/** What a panel shows of each point. */
export const loadFigures = ["throughput", "ttft", "e2e"] as const;
export type LoadFigure = (typeof loadFigures)[number];

/** The percentile of the latencies that are shown: the highest that a point has. */
export type ShownPercentile = (typeof curvePercentiles)[number];

/** The curves with two measured points or more, in their order. */
export function drawnCurves(input: ChartInput): DrawnCurve[] {
  const configurations = configurationsOf(input);
  const experiments = new Map(input.study.experiments.map((one) => [one.labels.name, one.labels]));
  const workloads = new Map((input.study.workloads ?? []).map((one) => [one.name, one.limits ?? {}]));
  return (input.curves ?? []).flatMap((curve): DrawnCurve[] => {
    const labels = experiments.get(curve.points[0]?.experiment ?? "");
    const configuration = labels && configurations.get(configurationName(labels));
    const measured = curve.points.filter(({ figures }) => figures[0]?.value != null);
    if (labels === undefined || configuration === undefined || measured.length < 2) return [];
    const panel = cellName({ name: curve.name, row: labels.row });
    return [{ curve, configuration, panel, limits: workloads.get(curve.workload) ?? {} }];
  });
}

/** The highest percentile of the first token that one of these points has. */
export function percentileOf(points: readonly CurvePoint[]): ShownPercentile {
  return curvePercentiles.findLast((stat) => points.some((point) => figureIn(point, "ttft", stat) !== null)) ?? "p50";
}

/** A figure of a point, a latency from the scheduled send where it counts from there; null where it was not measured. */
export function figureIn(point: CurvePoint, key: LoadFigure, stat: ShownPercentile): ReturnType<typeof latencyIn> {
  return key === "throughput" ? throughputIn(point) : latencyIn(point, key, stat);
}
