import { createRandom } from "../math/random.ts";
import type { Sample } from "../schema/sample.ts";
import type { Workload } from "../schema/workload.ts";

/** The part of a dataset that a workload asks: the first so many, or so many drawn by the seed, in the file's order. */
export function select(samples: Sample[], selection: Workload["selection"], seed: number): Sample[] {
  if (selection.sample !== undefined && selection.sample < samples.length) {
    const drawn = createRandom(seed).fork("selection").shuffle(samples).slice(0, selection.sample);
    return drawn.toSorted((left, right) => left.index - right.index);
  }
  return selection.first === undefined ? samples : samples.slice(0, selection.first);
}
