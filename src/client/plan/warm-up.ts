import { createRandom } from "../../math/random.ts";
import { conversationsOf, plainSample, type Sample } from "../../schema/sample.ts";
import { lengthBy, longestFirst } from "./send-order.ts";
import { unitsInTurn, type Mix } from "./units-in-turn.ts";

/**
 * What the warm-up asks: the longest units first (of each dataset, where there are several), round again where there are fewer,
 * until there are at least so many requests and so many units. The two halves of each prompt are swapped, so that it is as long and as much like the data
 * as the original, but has no common prefix with it: a prefix cache gains nothing that would help the measured requests.
 * Users do not think between two turns, unless `thinks` says so.
 */
export function warmUpUnits(
  samples: readonly Sample[],
  requests: number,
  { units, thinks = false, ...mix }: Mix & { units: number; thinks?: boolean },
): Sample[][] {
  const longest = longestFirst(conversationsOf(samples), lengthBy(samples));
  const asked = unitsInTurn(longest, { requests, units, mix });
  return asked.map((unit) => unit.map((sample) => turnedRound(sample, thinks)));
}

/** Requests that are not scored need a like mix of lengths, not every sample: at most this many units are turned round, and sent again and again. */
const MOST_DRAWN = 1024;

/**
 * What is sent and not scored, for as long as it takes: `first`, then units of the dataset, turned round as above and shuffled
 * by the seed, so that one stretch is like the next: so many units, which a schedule counts, else at least so many requests.
 */
export function unscoredUnits(
  samples: readonly Sample[],
  first: readonly Sample[][],
  { least, what, ...mix }: Mix & { least: { units?: number; requests?: number }; what: "warm-up" | "tail" },
): Sample[][] {
  const shuffled = createRandom(mix.seed).fork(what).shuffle(conversationsOf(samples));
  const most = Math.min(MOST_DRAWN, shuffled.length);
  const drawn = unitsInTurn(shuffled, { requests: 0, units: most, mix }).map((unit) =>
    unit.map((sample) => turnedRound(sample, true)),
  );
  const units = [...first];
  let requests = units.flat().length;
  const { units: leastUnits = 0, requests: leastRequests = 0 } = least;
  for (let next = 0; units.length < leastUnits || requests < leastRequests; next += 1) {
    const unit = drawn[next % drawn.length]!;
    units.push(unit);
    requests += unit.length;
  }
  return units;
}

/**
 * The first `wave` units, which are all sent at once, with a rising share of their answers, from a small one to all of it:
 * they end one after the other, as in a load that has run for long, and the next ones start one after the other. With equal
 * lengths all would march in step for ever. A conversation loses its last turns. `mostTokens` is the longest answer to a
 * sample that names no length.
 */
export function staggered(units: readonly Sample[][], wave: number, mostTokens: number): Sample[][] {
  const count = Math.min(wave, units.length);
  return units.map((unit, place) => {
    if (place >= count) return unit;
    const share = ((place + 1) / count) * unit.length;
    const turns = Math.ceil(share);
    return unit.slice(0, turns).map((sample, turn) => {
      const part = Math.min(1, share - turn);
      return part < 1 ? shortened(sample, part, mostTokens) : sample;
    });
  });
}

function shortened(sample: Sample, part: number, mostTokens: number): Sample {
  const { outputTokens } = sample;
  const tokens = Math.max(1, Math.ceil(part * (outputTokens ?? mostTokens)));
  return outputTokens === null
    ? { ...plainSample(sample), mostTokens: tokens }
    : { ...plainSample(sample), outputTokens: tokens };
}

function turnedRound(sample: Sample, thinks: boolean): Sample {
  const { prompt, turn, images } = sample;
  const system = turn?.system ?? null;
  return {
    ...plainSample(sample),
    // Others of the same size: no cache of images has those of the measured requests.
    ...(images === undefined ? {} : { images: { ...images, seed: `${images.seed} turned round` } }),
    prompt: "tokens" in prompt ? { tokens: halvesSwapped(prompt.tokens) } : { text: textTurnedRound(prompt.text) },
    turn: turn && {
      ...turn,
      system: system === null ? null : textTurnedRound(system),
      thinkS: thinks ? turn.thinkS : 0,
    },
  };
}

function halvesSwapped(tokens: readonly number[]): number[] {
  const middle = Math.floor(tokens.length / 2);
  return [...tokens.slice(middle), ...tokens.slice(0, middle)];
}

function textTurnedRound(text: string): string {
  // Not between the two halves of a character outside the basic plane.
  const middle = Math.floor(text.length / 2) + (/[\uDC00-\uDFFF]/.test(text.charAt(text.length / 2)) ? 1 : 0);
  return text.slice(middle) + text.slice(0, middle);
}
