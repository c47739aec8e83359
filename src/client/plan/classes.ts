import { createRandom } from "../../math/random.ts";
import type { Sample } from "../../schema/sample.ts";
import type { Cancellation, RequestClass } from "../../schema/workload.ts";

/**
 * The class of each unit, an index into `classes`. Every class gets its share of the units to the nearest whole number,
 * and the seed alone says which ones: a drawing for each unit would give a small class a number that varies by its root.
 */
export function dealClasses(classes: readonly RequestClass[], units: number, seed: number): Uint16Array {
  const shares = classes.map(({ share = 1 }) => share);
  const dealt = wholeParts(shares, units).flatMap((count, index) => Array.from({ length: count }, () => index));
  return Uint16Array.from(createRandom(seed).fork("classes").shuffle(dealt));
}

/**
 * The class of each unit: that of its dataset where it is of a class's own, else dealt as above over the classes without one.
 */
export function classesOf(
  classes: readonly RequestClass[],
  units: readonly (readonly Sample[])[],
  seed: number,
): Uint16Array {
  const places = new Map(classes.map(({ name }, index) => [name, index]));
  const tagged = units.map(([first]) => (first?.class === undefined ? undefined : places.get(first.class)));
  const others = tagged.filter((index) => index === undefined).length;
  if (others === units.length) return dealClasses(classes, units.length, seed);
  const sharing = classes.flatMap((one, index) => (one.dataset === undefined ? [{ one, index }] : []));
  const dealt = dealClasses(
    sharing.map(({ one }) => one),
    others,
    seed,
  );
  let next = 0;
  return Uint16Array.from(tagged, (index) => index ?? sharing[dealt[next++]!]!.index);
}

/**
 * Which requests the client cuts off, 1 for each that it does: of those under one rule, that rule's share to the nearest
 * whole number. `rules` has the rule of each request, null where none may cut it off.
 */
export function dealCutOffs(rules: readonly (Cancellation | null)[], seed: number): Uint8Array {
  const random = createRandom(seed).fork("cancel");
  const under = Map.groupBy(rules.keys(), (place) => rules[place] ?? null);
  const cutOff = new Uint8Array(rules.length);
  for (const [rule, places] of under) {
    if (rule === null) continue;
    const chosen = random.shuffle(places).slice(0, Math.round(rule.share * places.length));
    for (const place of chosen) cutOff[place] = 1;
  }
  return cutOff;
}

/** Splits a whole into whole parts by their shares (largest remainder; equal ones in their order). They add up to it. */
function wholeParts(shares: readonly number[], whole: number): number[] {
  const sum = shares.reduce((total, share) => total + share, 0);
  const exact = shares.map((share) => (whole * share) / sum);
  const parts = exact.map(Math.floor);
  const left = whole - parts.reduce((total, part) => total + part, 0);
  const byRemainder = exact.map((part, index) => ({ index, rest: part - Math.floor(part) }));
  for (const { index } of byRemainder.toSorted((one, other) => other.rest - one.rest).slice(0, left))
    parts[index]! += 1;
  return parts;
}
