/** The search for the highest rate that a row holds, as its probes tell it. Rates in requests a second. */
export interface PeakFound {
  row: string;
  workload: string;
  /** Of the requests that must meet the workload's SLO. */
  share: number;
  tries: PeakTry[];
  /** The highest rate that held below every one that broke; null where none did. */
  peak: number | null;
}

export interface PeakTry {
  rate: number;
  held: boolean;
  failed: boolean;
  /** Of the requests that met every limit, in per cent; null where nobody could tell. */
  withinSlo: number | null;
  /** The verdict's reason. */
  why: string;
  tookS: number | null;
  /** Seconds of its schedule that were not run, since the tail was spent; null where it ran to its end. */
  savedS: number | null;
}
