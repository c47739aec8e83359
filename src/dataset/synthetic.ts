import { createRandom, resumeRandom, type Random } from "../math/random.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import type { DatasetDeclaration } from "../schema/dataset-declaration.ts";
import type { DatasetRequest } from "./index.ts";
import { lengthProfiles } from "./length-profiles.ts";
import { drawLength } from "./lengths.ts";
import { randomTokens, skipTokens, textOfTokens } from "./made-text.ts";
import { digestOf } from "./samples-digest.ts";

type SyntheticDeclaration = Extract<DatasetDeclaration, { kind: "synthetic" }>;

/**
 * Seeded prompts of declared lengths with forced output lengths. Two share `shared_prefix_tokens` at their start where
 * they are of the same one of the `prefix_groups`, which are dealt out in turn, and nothing else.
 */
export async function synthetic(declaration: SyntheticDeclaration, request: DatasetRequest): Promise<Result<Dataset>> {
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
  const asTokens = request.workload.prompt === "tokens";
  const exact = asTokens || request.workload.promptLengths !== "as_made";
  const recipe: Recipe = {
    prefixes,
    asTokens,
    ownTokens: new Uint32Array(request.samples),
    states: new Int32Array(4 * request.samples),
  };
  const samples = Array.from({ length: request.samples }, (_, index): Sample => {
    const inputTokens = Math.max(drawLength(input, lengths), sharedTokens + 1);
    const outputTokens = Math.min(drawLength(output, lengths), request.workload.sampling.max_tokens);
    recipe.ownTokens[index] = inputTokens - sharedTokens;
    recipe.states.set(words.state(), 4 * index);
    skipTokens(words, inputTokens - sharedTokens);
    return new SyntheticSample(recipe, { index, outputTokens, inputTokens, exact });
  });
  return succeed({
    name: `synthetic ${declaration.profile ?? (declaration.input_tokens ? "lengths" : "chat")}`,
    samples,
    hasReferences: false,
    sha256: digestOf(samples),
    path: null,
    recognised: null,
  });
}

/** What the prompts of a dataset are made from. Columns: a sample's prompt takes 20 bytes, however long it is. */
interface Recipe {
  /** Token ids at the start of those of each group. */
  prefixes: readonly (readonly number[])[];
  asTokens: boolean;
  /** Of each sample, the tokens that it shares with none. */
  ownTokens: Uint32Array;
  /** Of each sample, where the stream of words stands before its own: four words of the generator's state. */
  states: Int32Array;
}

/** A sample whose prompt is made when it is read. */
class SyntheticSample implements Sample {
  readonly reference = null;
  readonly turn = null;
  readonly index: number;
  readonly outputTokens: number;
  readonly promptTokens: number | null;
  readonly aboutPromptTokens: number | undefined;
  readonly #recipe: Recipe;

  constructor(
    recipe: Recipe,
    {
      index,
      outputTokens,
      inputTokens,
      exact,
    }: { index: number; outputTokens: number; inputTokens: number; exact: boolean },
  ) {
    this.#recipe = recipe;
    this.index = index;
    this.outputTokens = outputTokens;
    this.promptTokens = exact ? inputTokens : null;
    this.aboutPromptTokens = exact ? undefined : inputTokens;
  }

  get prompt(): Sample["prompt"] {
    const [a = 0, b = 0, c = 0, d = 0] = this.#recipe.states.subarray(4 * this.index, 4 * this.index + 4);
    return madePrompt(this.#recipe, this.index, resumeRandom([a, b, c, d]));
  }
}

function madePrompt({ prefixes, asTokens, ownTokens }: Recipe, index: number, words: Random): Sample["prompt"] {
  const tokens = [...prefixes[index % prefixes.length]!, ...randomTokens(words, ownTokens[index]!)];
  return asTokens ? { tokens } : { text: textOfTokens(tokens) };
}
