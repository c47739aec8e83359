import { cellName } from "../../schema/cell-name.ts";
import type { Curve, CurveFigure, CurvePoint } from "../../schema/curve.ts";
import type { DeclaredLimits } from "../../schema/study-record.ts";
import { configurationName, configurationsOf, type Configuration } from "./configurations.ts";
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

/** Which latencies are shown: p99 where a point has it, else the median; of the whole request from the scheduled send in an open loop. */
export interface LatencyShown {
  stat: "p99" | "p50";
  whole: "e2e" | "e2e_sched";
}

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

/** Which latencies these points have. */
export function latencyOf(points: readonly CurvePoint[]): LatencyShown {
  const has = (wanted: string, of: string): boolean =>
    points.some(({ figures }) =>
      figures.some(({ metric, stat, value }) => metric === wanted && stat === of && value !== null),
    );
  const stat = has("ttft", "p99") ? "p99" : "p50";
  return { stat, whole: has("e2e_sched", stat) ? "e2e_sched" : "e2e" };
}

/** A figure of a point; null where it was not measured. */
export function figureIn(
  { figures }: CurvePoint,
  key: LoadFigure,
  { stat, whole }: LatencyShown,
): (CurveFigure & { value: number }) | null {
  const metric = key === "e2e" ? whole : key;
  const found = key === "throughput" ? figures[0] : figures.find((one) => one.metric === metric && one.stat === stat);
  return found?.value == null ? null : { ...found, value: found.value };
}
