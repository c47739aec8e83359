import { createRandom, resumeRandom } from "../math/random.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import { lengthProfiles } from "../schema/dataset-declaration.ts";
import type { DatasetRequest, Declaration } from "./index.ts";
import { mostForced } from "../schema/answer-lengths.ts";
import { drawLength } from "./lengths.ts";
import { formOf, MadeSample, type Recipe } from "./made-samples.ts";
import { randomTokens, skipTokens } from "./made-text.ts";
import { madeDataset } from "./samples-digest.ts";

/**
 * Seeded prompts of declared lengths with forced output lengths. Two share `shared_prefix_tokens` at their start where
 * they are of the same one of the `prefix_groups`, which are used in turn, and nothing else. Images are each request's own.
 */
export async function synthetic(
  declaration: Declaration<"synthetic">,
  request: DatasetRequest,
): Promise<Result<Dataset>> {
  const profile = lengthProfiles[declaration.profile ?? "chat"];
  const input = declaration.input_tokens ?? profile.input;
  const output = declaration.output_tokens ?? profile.output;
  const random = createRandom(request.seed).fork("synthetic");
  const lengths = random.fork("lengths");
  const words = random.fork("words");
  const sharedTokens = declaration.shared_prefix_tokens ?? 0;
  const prefixes = Array.from({ length: declaration.prefix_groups ?? 1 }, (_, group) =>
    randomTokens(random.fork(group === 0 ? "prefix" : `prefix ${group}`), sharedTokens),
  );
  const ownTokens = new Uint32Array(request.samples);
  // Of each sample, where the stream of words stands before its own: four words of the generator's state. In columns, a sample's
  // prompt takes 20 bytes, however long it is.
  const states = new Int32Array(4 * request.samples);
  const { count = 0, size: [width = 1, height = 1] = [] } = declaration.images ?? {};
  const recipe: Recipe = {
    ...formOf(request.workload),
    ...(count === 0
      ? {}
      : { imagesOf: (index: number) => ({ count, width, height, seed: `${request.seed} image ${index}` }) }),
    tokensOf(index) {
      const [a = 0, b = 0, c = 0, d = 0] = states.subarray(4 * index, 4 * index + 4);
      return [...prefixes[index % prefixes.length]!, ...randomTokens(resumeRandom([a, b, c, d]), ownTokens[index]!)];
    },
  };
  const samples = Array.from({ length: request.samples }, (_, index): Sample => {
    const inputTokens = Math.max(drawLength(input, lengths), sharedTokens + 1);
    const outputTokens = Math.min(drawLength(output, lengths), mostForced(request.workload));
    ownTokens[index] = inputTokens - sharedTokens;
    states.set(words.state(), 4 * index);
    skipTokens(words, inputTokens - sharedTokens);
    return new MadeSample(recipe, { index, outputTokens, inputTokens });
  });
  return succeed(
    madeDataset(`synthetic ${declaration.profile ?? (declaration.input_tokens ? "lengths" : "chat")}`, samples),
  );
}
