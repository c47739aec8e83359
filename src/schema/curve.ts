import type { LoadSetting } from "./load-curve.ts";
import type { Statistic } from "./measurement.ts";

/** Of each latency that a curve has. */
export const curvePercentiles = ["p50", "p95", "p99"] as const satisfies readonly Statistic[];

/** What one configuration does under one workload as the load grows. Derived, never stored. */
export interface Curve {
  /** What its experiments have in common: `tp8@chat`. */
  name: string;
  workload: string;
  setting: LoadSetting;
  /** From the lowest load up. */
  points: CurvePoint[];
  knee: Knee;
  /** Null where the workload states no SLO, or no trial was measured. */
  slo: KeptSlo | null;
  /** Null where no launch measured a point twice. */
  drift: CurveDrift | null;
}

export interface CurvePoint {
  experiment: string;
  load: number;
  /** Those of `figuresOfCurve`, over launches. */
  figures: CurveFigure[];
  /** Whether enough requests met the SLO; null where nobody could tell. */
  keepsSlo: boolean | null;
  /** Why it has no figures; null where it was measured. */
  why: string | null;
}

/** A level over launches, with its 95 % interval where there are two or more. */
export interface CurveFigure {
  metric: string;
  stat: Statistic;
  unit: string;
  value: number | null;
  bounds: { lower: number; upper: number } | null;
  launches: number;
}

export interface Knee {
  /** Null where there is none among the measured loads. */
  load: number | null;
  /** Why there is none. */
  why: string | null;
  /** Blocks whose own figures have the knee at the same load, of those with all points. */
  blocks: { agree: number; of: number };
}

/** Up to which load the SLO was kept. */
export interface KeptSlo {
  /** Of the requests that must meet it. */
  share: number;
  /** The largest measured load below the first that broke it; null where the lowest broke it. */
  upTo: number | null;
  /** The lowest measured load that broke it; null where none did. */
  breaksAt: number | null;
}

/** What the points say that a launch measures twice: the last trial ÷ the first. */
export interface CurveDrift {
  metric: string;
  stat: Statistic;
  ratio: number;
  bounds: { lower: number; upper: number } | null;
  launches: number;
}
