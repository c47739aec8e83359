/** What a change did to a metric, over trials. Always derived, never stored in a trial. */
export interface Effect {
  treatment: string;
  control: string;
  family: string;
  metric: string;
  stat: string;
  unit: string;
  treatmentValue: number | null;
  controlValue: number | null;
  /** Treatment ÷ control, geometric means; null where a side is missing. */
  ratio: number | null;
  /** 95 % interval of the ratio; null below two trials a side. */
  interval: { lower: number; upper: number } | null;
  method: string;
  trials: { treatment: number; control: number };
  excluded: { trialId: string; why: string }[];
}

/** What to do with a change. Issue of a rule, never of a single trial in silence. */
export interface Decision {
  experiment: string;
  outcome: "SHIP" | "REJECT" | "HOLD" | "NO EFFECT" | "CONDITIONAL" | "BASELINE" | "SKIPPED";
  because: string;
  missing: string[];
}
