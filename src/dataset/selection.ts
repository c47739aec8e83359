import { createRandom } from "../math/random.ts";
import { conversationsOf, type Sample } from "../schema/sample.ts";
import type { Workload } from "../schema/workload.ts";

/**
 * The part of a dataset that a workload asks: the first so many, or so many drawn by the seed, in the file's order.
 * Conversations are taken whole, so that there may be more samples than asked for by less than one conversation.
 */
export function select(samples: Sample[], selection: Workload["selection"], seed: number): Sample[] {
  if (selection.sample !== undefined && selection.sample < samples.length) {
    const drawn = atLeast(createRandom(seed).fork("selection").shuffle(conversationsOf(samples)), selection.sample);
    return drawn.toSorted((left, right) => left.index - right.index);
  }
  return selection.first === undefined ? samples : atLeast(conversationsOf(samples), selection.first);
}

function atLeast(groups: readonly Sample[][], count: number): Sample[] {
  const taken: Sample[] = [];
  for (const group of groups) {
    if (taken.length >= count) break;
    taken.push(...group);
  }
  return taken;
}
