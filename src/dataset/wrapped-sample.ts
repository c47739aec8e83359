import type { Sample, SampleImages, Turn } from "../schema/sample.ts";

/** A sample in the place of another one, whose prompt is still made when it is read. */
export class WrappedSample implements Sample {
  readonly index: number;
  readonly class: string | undefined;
  readonly turn: Turn | null;
  readonly #sample: Sample;

  /** What is not given is the other one's. */
  constructor(sample: Sample, own: { index?: number; class?: string | undefined; turn?: Turn | null }) {
    this.#sample = sample;
    this.index = own.index ?? sample.index;
    this.class = own.class ?? sample.class;
    this.turn = own.turn === undefined ? sample.turn : own.turn;
  }

  get prompt(): Sample["prompt"] {
    return this.#sample.prompt;
  }

  get images(): SampleImages | undefined {
    return this.#sample.images;
  }

  get reference(): string | null {
    return this.#sample.reference;
  }

  get outputTokens(): number | null {
    return this.#sample.outputTokens;
  }

  get promptTokens(): number | null {
    return this.#sample.promptTokens;
  }

  get aboutPromptTokens(): number | undefined {
    return this.#sample.aboutPromptTokens;
  }
}
