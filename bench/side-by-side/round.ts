import type { Figures } from "./metrics.ts";

/** One round of one tool, by its own requests where nothing else is said. */
export interface Round {
  /** What it prints. */
  reported: Figures;
  /** By our definitions. */
  defined: Figures;
  /** So, and with the number of output tokens that was forced. */
  counted: Figures;
  /** So, and without the first requests of the closed loop. */
  settled: Figures;
}

/** A round's figures, by the name of their kind. */
export type Kind = keyof Round;
