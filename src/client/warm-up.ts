import { createRandom } from "../math/random.ts";
import { plainSample, type Sample } from "../schema/sample.ts";
import { lengthBy, longestFirst, unitsOf } from "./send-order.ts";

/**
 * What the warm-up asks: the longest units first, round again where there are fewer, until there are at least so many
 * requests and so many units. Each prompt is turned round in the middle, so that it is as long and as much like the data
 * as the original, but shares no beginning with it: a prefix cache learns nothing that would help the measured requests.
 * Nobody thinks between two turns of it.
 */
export function warmUpUnits(samples: readonly Sample[], requests: number, fewestUnits: number): Sample[][] {
  const longest = longestFirst(unitsOf(samples), lengthBy(samples));
  const units: Sample[][] = [];
  for (let count = 0; count < requests || units.length < fewestUnits;) {
    const unit = longest[units.length % longest.length]!.map(turnedRound);
    units.push(unit);
    count += unit.length;
  }
  return units;
}

/** A gate needs a like mix of lengths, not every one of them: so many units are turned round, and come again. */
const MOST_DRAWN = 1024;

/**
 * What a warm-up asks that a gate ends, so many units at most: as above, then units of the dataset in an order of its own,
 * so that one stretch of it is like the next.
 */
export function gatedWarmUpUnits(
  samples: readonly Sample[],
  requests: number,
  { fewest, most, seed }: { fewest: number; most: number; seed: number },
): Sample[][] {
  const shuffled = createRandom(seed).fork("warm-up").shuffle(unitsOf(samples));
  const drawn = shuffled.slice(0, MOST_DRAWN).map((unit) => unit.map(turnedRound));
  const units = warmUpUnits(samples, requests, fewest).slice(0, most);
  for (let next = 0; units.length < most; next += 1) units.push(drawn[next % drawn.length]!);
  return units;
}

function turnedRound(sample: Sample): Sample {
  const { prompt, turn } = sample;
  const system = turn?.system ?? null;
  return {
    ...plainSample(sample),
    prompt: "tokens" in prompt ? { tokens: halvesSwapped(prompt.tokens) } : { text: textTurnedRound(prompt.text) },
    turn: turn && { ...turn, system: system === null ? null : textTurnedRound(system), thinkS: 0 },
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
