import { createRandom } from "../../math/random.ts";
import { conversationsOf, type Sample } from "../../schema/sample.ts";
import type { sendOrders } from "../../schema/workload.ts";
import type { LoadGenPlan } from "./loadgen-plan.ts";
import { unitsInTurn, type Mix, type Unit } from "./units-in-turn.ts";

export type SendOrder = (typeof sendOrders)[number];

type LengthOf = (unit: Unit) => number;

const orders: Readonly<Record<SendOrder, (units: Unit[], length: LengthOf, seed: number) => Unit[]>> = {
  declared: (units) => units,
  shuffled: (units, _, seed) => createRandom(seed).fork("send-order").shuffle(units),
  shortest_first: (units, length) => sorted(units, length, (left, right) => left - right),
  longest_first: longestFirst,
};

/** Equal lengths stay in the order given. */
export function longestFirst(units: readonly Unit[], length: LengthOf): Unit[] {
  return sorted(units, length, (left, right) => right - left);
}

/** Each length is asked for once: the prompt that it is of may be made only then. */
function sorted(units: readonly Unit[], length: LengthOf, order: (left: number, right: number) => number): Unit[] {
  const lengths = Float64Array.from(units, length);
  const places = units.map((_, place) => place).toSorted((left, right) => order(lengths[left]!, lengths[right]!));
  return places.map((place) => units[place]!);
}

/**
 * What is asked, in the order of sending: as many units as it takes for so many requests. A conversation is kept whole, so that
 * the last may bring some requests more. Equal lengths stay in the dataset's order.
 */
export function sendUnits(samples: readonly Sample[], requests: number, order: SendOrder, mix: Mix): Unit[] {
  return orders[order](unitsInTurn(conversationsOf(samples), { requests, mix }), lengthBy(samples), mix.seed);
}

/**
 * What LoadGen would issue, by the places of the dataset's units; round again where it has fewer. The client's own order
 * holds within a query, of which Offline has one: what came later could not have been sorted.
 */
export function loadGenUnits(
  samples: readonly Sample[],
  loadGenPlan: LoadGenPlan,
  order: SendOrder,
  seed: number,
): Unit[] {
  const known = conversationsOf(samples);
  const length = lengthBy(samples);
  const { samplesPerQuery: size } = loadGenPlan;
  const issued = Array.from(loadGenPlan.samples, (place) => known[place % known.length]!);
  if (order === "declared" || size === 1) return issued;
  const queries = Array.from({ length: Math.ceil(issued.length / size) }, (_, query) =>
    issued.slice(query * size, (query + 1) * size),
  );
  return queries.flatMap((units) => orders[order](units, length, seed));
}

/** How long the prompts of a unit are together, for comparison only: tokens where the dataset knows them of all its samples, else what there is to count. */
export function lengthBy(samples: readonly Sample[]): LengthOf {
  const counted = samples.every((sample) => sample.promptTokens !== null);
  const lengthOf = ({ promptTokens, prompt }: Sample): number =>
    counted ? (promptTokens ?? 0) : "text" in prompt ? prompt.text.length : prompt.tokens.length;
  return (unit) => unit.reduce((sum, sample) => sum + lengthOf(sample), 0);
}
