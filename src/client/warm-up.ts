import type { Sample } from "../schema/sample.ts";
import { lengthBy } from "./send-order.ts";

/**
 * What the warm-up asks: the longest prompts first, cycled where there are fewer than `count`. Each is turned round in
 * the middle, so that it is as long and as much like the data as the original, but shares no beginning with it: a
 * prefix cache learns nothing that would help the measured requests.
 */
export function warmUpSequence(samples: readonly Sample[], count: number): Sample[] {
  const length = lengthBy(samples);
  const longest = samples.toSorted((left, right) => length(right) - length(left)).slice(0, count);
  return Array.from({ length: count }, (_, position) => turnedRound(longest[position % longest.length]!));
}

function turnedRound(sample: Sample): Sample {
  const { prompt } = sample;
  if ("tokens" in prompt) {
    const { tokens } = prompt;
    const middle = Math.floor(tokens.length / 2);
    return { ...sample, prompt: { tokens: [...tokens.slice(middle), ...tokens.slice(0, middle)] } };
  }
  const { text } = prompt;
  // Not between the two halves of a character outside the basic plane.
  const middle = Math.floor(text.length / 2) + (/[\uDC00-\uDFFF]/.test(text.charAt(text.length / 2)) ? 1 : 0);
  return { ...sample, prompt: { text: text.slice(middle) + text.slice(0, middle) } };
}
