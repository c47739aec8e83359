import type { Arrival } from "./arrival.ts";
import { fromGaps } from "./gaps.ts";
import { withRate } from "./needs-rate.ts";

/**
 * Independent gaps, gamma with shape `burstiness` and mean 1 / rate: their coefficient of variation is 1 / √burstiness.
 * The same meaning as `--burstiness` of `vllm bench serve`; 1 is a Poisson process.
 */
export const gamma: Arrival<"gamma"> = ({ burstiness }, { count, rate, random }) =>
  withRate(rate, (perS) => fromGaps(count, () => random.gamma(burstiness, 1 / (perS * burstiness))));
