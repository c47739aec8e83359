import type { Sample, SampleImages } from "../schema/sample.ts";
import type { Workload } from "../schema/workload.ts";
import { textOfTokens } from "./made-text.ts";

/** What the prompts of a dataset are made of, when they are read: of a sample nothing but its lengths is held. */
export interface Recipe {
  /** Token ids, or a text of a word for each. */
  asTokens: boolean;
  /** True where the prompt will have exactly as many tokens as it was made of. */
  exact: boolean;
  /** The token ids of one prompt, the same whenever it is asked for. */
  tokensOf(index: number): number[];
  /** What goes with the text of one prompt; absent where nothing does. */
  imagesOf?: (index: number) => SampleImages;
}

/** The form that a workload sends prompts in. */
export function formOf({ prompt, promptLengths }: Workload): Pick<Recipe, "asTokens" | "exact"> {
  const asTokens = prompt === "tokens";
  return { asTokens, exact: asTokens || promptLengths !== "as_made" };
}

/** A sample whose prompt is made when it is read. */
export class MadeSample implements Sample {
  readonly reference = null;
  readonly turn = null;
  readonly index: number;
  readonly outputTokens: number;
  readonly promptTokens: number | null;
  readonly aboutPromptTokens: number | undefined;
  readonly #recipe: Recipe;

  constructor(
    recipe: Recipe,
    { index, outputTokens, inputTokens }: { index: number; outputTokens: number; inputTokens: number },
  ) {
    this.#recipe = recipe;
    this.index = index;
    this.outputTokens = outputTokens;
    this.promptTokens = recipe.exact ? inputTokens : null;
    this.aboutPromptTokens = recipe.exact ? undefined : inputTokens;
  }

  get images(): SampleImages | undefined {
    return this.#recipe.imagesOf?.(this.index);
  }

  get prompt(): Sample["prompt"] {
    const tokens = this.#recipe.tokensOf(this.index);
    return this.#recipe.asTokens ? { tokens } : { text: textOfTokens(tokens) };
  }
}
