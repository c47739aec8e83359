import { resolveConfiguration, type Configuration } from "../../src/simulator/configuration.ts";
import { Engine, type Outcome } from "../../src/simulator/engine.ts";
import type { Sequence } from "../../src/simulator/sequence.ts";
import type { Settings } from "../../src/simulator/settings.ts";
import { speechOf } from "../../src/simulator/tokens.ts";

export const model8b = "meta-llama/Llama-3.1-8B-Instruct";

export function configured(
  settings: Settings = {},
  variables: Record<string, string> = {},
  model = model8b,
): Configuration {
  const resolution = resolveConfiguration(model, settings, variables);
  if (!resolution.ok) throw new Error(resolution.failure.error.join("\n"));
  return resolution.configuration;
}

/** The last line of the error that a configuration is refused with. */
export function refusal(settings: Settings, variables: Record<string, string> = {}, model = model8b): string {
  const resolution = resolveConfiguration(model, settings, variables);
  if (resolution.ok) throw new Error("it was accepted");
  return resolution.failure.error.join("\n");
}

export interface Ask {
  atS: number;
  prompt: number[];
  outputTokens: number;
}

/** Ids that no other request of the load shares. */
export function uniquePrompt(request: number, tokens: number): number[] {
  return Array.from({ length: tokens }, (_, at) => 300 + ((request * 100_003 + at * 7) % 120_000));
}

export function add(engine: Engine, ask: Ask, id = "r"): Sequence {
  const speech = speechOf({ ids: ask.prompt, pieces: null }, 128_256, 0);
  return engine.add({ id, promptIds: ask.prompt, speech, outputTokens: ask.outputTokens, finish: "length" }, ask.atS);
}

export interface Played {
  engine: Engine;
  sequences: Sequence[];
  outcomes: Outcome[];
  endS: number;
  outputTokensPerS: number;
}

/** Plays requests in virtual time until all have ended. */
export function play(configuration: Configuration, asks: Ask[]): Played {
  const engine = new Engine(configuration);
  const sequences: Sequence[] = [];
  const outcomes: Outcome[] = [];
  for (const [index, ask] of asks.toSorted((a, b) => a.atS - b.atS).entries()) {
    outcomes.push(...engine.advance(ask.atS));
    sequences.push(add(engine, ask, String(index)));
  }
  for (let next = engine.nextS; next !== null; next = engine.nextS) outcomes.push(...engine.advance(next));
  const endS = outcomes.at(-1)!.dueS;
  const said = sequences.reduce((sum, sequence) => sum + sequence.said, 0);
  return { engine, sequences, outcomes, endS, outputTokensPerS: said / endS };
}

export function ttft(sequence: Sequence): number {
  return sequence.firstTokenS! - sequence.arrivedS;
}

export function tpot(sequence: Sequence): number {
  return (sequence.lastTokenS! - sequence.firstTokenS!) / (sequence.said - 1);
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The longest gap between two tokens of one request. */
export function worstGap(played: Played): number {
  return Math.max(...played.outcomes.flatMap(({ outputs }) => outputs.map(({ gapS }) => gapS ?? 0)));
}
