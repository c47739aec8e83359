/** One answer of an accuracy trial, with what is known of how it came. */
export interface JudgedAnswer {
  /** Position of its prompt in the dataset. */
  sample: number;
  prediction: string;
  reference: string | null;
  /** F-measure in per cent. */
  rouge1: number | null;
  /** The client chunk it was part of, and its place there from 0; null without chunks. */
  chunk: number | null;
  placeInChunk: number | null;
  finish: string | null;
  outputTokens: number | null;
}

/** One answer with all four scores (F-measures in per cent). */
export interface ScoredAnswer extends JudgedAnswer {
  rouge2: number | null;
  rougeL: number | null;
  rougeLsum: number | null;
}

/** Something that explains a loss of accuracy, with its evidence. */
export interface Finding {
  /** `empty-outputs` */
  id: string;
  title: string;
  /** The evidence in a sentence, with its figures and what to look at next. */
  evidence: string;
  affected: number;
  of: number;
  /** The first samples that show it. */
  samples: number[];
}

/** One accuracy metric of a change, sample by sample against the baseline's answers. */
export interface PairedFigure {
  metric: string;
  /** Samples that both sides answered. */
  n: number;
  ratio: number;
  interval: { lower: number; upper: number } | null;
  gate: number;
  /** `pass` where the whole interval is at or above the gate, `fail` where it is below, `unknown` where the gate lies in it. */
  status: "pass" | "fail" | "unknown";
  /** Samples whose score is higher than, the same as, and lower than the control's. */
  wins: number;
  ties: number;
  losses: number;
}

/** An answer that scored lower than the control's to the same sample. */
export interface WorstAnswer {
  sample: number;
  /** ROUGE-1, F-measure in per cent. */
  score: number;
  controlScore: number;
  /** The beginning of it, on one line; so is the reference. */
  prediction: string;
  reference: string | null;
}

/** What the answers of a change say beside those of the baseline. */
export interface AccuracyJudgement {
  treatment: string;
  control: string;
  figures: PairedFigure[];
  /** Of a change whose gate was not passed; empty where nothing explains it or nothing has to be explained. */
  findings: Finding[];
  /** The ten answers that lost most, the worst first; fewer where fewer lost. */
  worst: WorstAnswer[];
}
