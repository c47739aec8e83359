import { createRandom } from "../math/random.ts";
import type { Sample } from "../schema/sample.ts";
import type { sendOrders } from "../schema/workload.ts";

export type SendOrder = (typeof sendOrders)[number];

const orders: Readonly<Record<SendOrder, (sequence: Sample[], length: LengthOf, seed: number) => Sample[]>> = {
  declared: (sequence) => sequence,
  shuffled: (sequence, _, seed) => createRandom(seed).fork("send-order").shuffle(sequence),
  shortest_first: (sequence, length) => sequence.toSorted((left, right) => length(left) - length(right)),
  longest_first: (sequence, length) => sequence.toSorted((left, right) => length(right) - length(left)),
};

type LengthOf = (sample: Sample) => number;

/** What each of so many requests asks, in the order of sending: samples are cycled where there are fewer. Equal lengths stay in the dataset's order. */
export function sendSequence(samples: readonly Sample[], requests: number, order: SendOrder, seed: number): Sample[] {
  const sequence = Array.from({ length: requests }, (_, position) => samples[position % samples.length]!);
  return orders[order](sequence, lengthBy(samples), seed);
}

/** How long a prompt is, for comparison only: tokens where the dataset knows them of all its samples, else what there is to count. */
export function lengthBy(samples: readonly Sample[]): LengthOf {
  if (samples.every((sample) => sample.promptTokens !== null)) return (sample) => sample.promptTokens ?? 0;
  return ({ prompt }) => ("text" in prompt ? prompt.text.length : prompt.tokens.length);
}
