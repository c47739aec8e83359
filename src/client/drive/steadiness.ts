import { mean, standardDeviation } from "../../math/statistics.ts";
import { nsPerLaterToken, hasFinished, type RequestRecord } from "../../schema/observation.ts";
import type { SteadyGate } from "../../schema/steady-gate.ts";

/** Single requests of mixed lengths scatter too much to be compared; the mean of so many neighbours does not. */
const FEWEST_IN_BLOCK = 5;
/** Blocks that are compared, where `over` has so many; with more the window is long, with fewer their spread says little. */
const BLOCKS = 6;

/** Tells when the answers of a warm-up have settled. */
export interface SteadinessWatch {
  /** A request of the warm-up is over. */
  saw(record: RequestRecord): void;
  /** True once they have, and from then on. */
  isSteady(): boolean;
  /** Of the last blocks that were complete; null before there were enough. */
  cv(): number | null;
}

/**
 * Watches the time per output token of finished requests, in the order of their ends. It is steady when the means of the
 * last blocks (six of an equal number of requests, at least 5, `over` in all) have a coefficient of variation, sample
 * standard deviation ÷ mean, below `cv`. Looked at once a block, and only after `fewest` requests. What failed, was cut off
 * or has fewer than two tokens is not counted.
 */
export function watchSteadiness({ cv: limit, over }: SteadyGate, fewest: number): SteadinessWatch {
  const size = Math.max(FEWEST_IN_BLOCK, Math.floor(over / BLOCKS));
  const blocks = Math.max(2, Math.floor(over / size));
  const means: number[] = [];
  let block: number[] = [];
  let seen = 0;
  let steady = false;
  let last: number | null = null;

  return {
    saw(record) {
      seen += 1;
      const perToken = hasFinished(record) ? nsPerLaterToken(record) : null;
      if (steady || perToken === null) return;
      block.push(perToken);
      if (block.length < size) return;
      means.push(mean(block)!);
      block = [];
      if (means.length > blocks) means.shift();
      if (means.length < blocks) return;
      last = standardDeviation(means)! / mean(means)!;
      steady = seen >= fewest && last < limit;
    },
    isSteady: () => steady,
    cv: () => last,
  };
}
