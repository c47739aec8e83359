import { describe, expect, it } from "vitest";
import { Engine } from "../../src/simulator/engine.ts";
import { add, configured, mean, play, tpot, ttft, uniquePrompt, worstGap, type Ask } from "./virtual-load.ts";

/** All at once: so many requests of so many prompt and output tokens. */
const burst = (requests: number, promptTokens: number, outputTokens: number): Ask[] =>
  Array.from({ length: requests }, (_, at) => ({ atS: 0, prompt: uniquePrompt(at, promptTokens), outputTokens }));

/** A request every so many seconds. */
const spread = (requests: number, everyS: number, promptTokens: number, outputTokens: number): Ask[] =>
  burst(requests, promptTokens, outputTokens).map((ask, at) => ({ ...ask, atS: at * everyS }));

const withSequences = (maxNumSeqs: number) => play(configured({ max_num_seqs: maxNumSeqs }), burst(256, 200, 100));

const single = (settings: object) => mean(play(configured({ ...settings }), burst(1, 100, 50)).sequences.map(tpot));

const later = (asks: Ask[], caching: boolean) =>
  mean(
    play(configured({ enable_prefix_caching: caching }), asks)
      .sequences.slice(1)
      .map(ttft),
  );

describe("what each knob does", () => {
  it("max_num_seqs raises throughput, less and less, and each request then takes longer for a token", () => {
    const [one, four, sixteen, all] = [withSequences(1), withSequences(4), withSequences(16), withSequences(256)];
    expect(four.outputTokensPerS).toBeGreaterThan(3 * one.outputTokensPerS);
    expect(sixteen.outputTokensPerS).toBeGreaterThan(2.5 * four.outputTokensPerS);
    expect(all.outputTokensPerS).toBeGreaterThan(3 * sixteen.outputTokensPerS);
    expect(all.outputTokensPerS).toBeLessThan(16 * sixteen.outputTokensPerS);
    expect(mean(all.sequences.map(tpot))).toBeGreaterThan(mean(sixteen.sequences.map(tpot)));
    expect(withSequences(512).outputTokensPerS).toBeCloseTo(all.outputTokensPerS, 6);
  });

  it("fp8 lowers TPOT to 0.5 to 0.7", () => {
    const ratio = single({ quantization: "fp8" }) / single({});
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(0.7);
  });

  it("prefix caching cuts TTFT where prompts share a prefix, and does nothing where they do not", () => {
    const shared = uniquePrompt(0, 4000);
    const common = spread(20, 0.5, 50, 10).map((ask) => ({ ...ask, prompt: [...shared, ...ask.prompt] }));
    const own = spread(20, 0.5, 4050, 10);
    expect(later(common, true)).toBeLessThan(0.3 * later(common, false));
    expect(later(own, true)).toBeCloseTo(later(own, false), 9);
    const { engine } = play(configured(), common);
    expect(engine.scheduler.prefixHits).toBe(19 * 4000);
  });

  it("a small max_num_batched_tokens lowers the spikes between tokens and raises TTFT", () => {
    const asks = [...burst(8, 50, 900), ...spread(10, 0.8, 8000, 5).map((ask) => ({ ...ask, atS: ask.atS + 0.3 }))];
    const played = (tokens: number) => play(configured({ max_num_batched_tokens: tokens, max_num_seqs: 64 }), asks);
    const small = played(128);
    const large = played(16_384);
    expect(worstGap(small)).toBeLessThan(0.4 * worstGap(large));
    const longOnes = (of: typeof small) =>
      mean(of.sequences.filter(({ promptTokens }) => promptTokens === 8000).map(ttft));
    expect(longOnes(small)).toBeGreaterThan(1.3 * longOnes(large));
  });

  it("a KV cache that is too small for the load preempts, and costs throughput", () => {
    const asks = burst(32, 200, 400);
    const roomy = play(configured({ max_model_len: 1024 }), asks);
    const tight = play(configured({ max_model_len: 1024, num_gpu_blocks_override: 500 }), asks);
    expect(roomy.engine.scheduler.preemptions).toBe(0);
    expect(tight.engine.scheduler.preemptions).toBeGreaterThan(0);
    expect(tight.outputTokensPerS).toBeLessThan(roomy.outputTokensPerS);
    expect(tight.sequences.every(({ said }) => said === 400)).toBe(true);
    expect(tight.engine.cache.free).toBe(500);
  });

  it("speculation says several tokens in a step where drafts are accepted", () => {
    const asks = burst(4, 100, 200);
    const plain = play(configured(), asks);
    const drafted = play(configured({ speculative_config: { method: "eagle3", num_speculative_tokens: 3 } }), asks);
    expect(mean(drafted.sequences.map(tpot))).toBeLessThan(0.8 * mean(plain.sequences.map(tpot)));
    expect(drafted.engine.acceptedTokens / drafted.engine.draftTokens).toBeGreaterThan(0.3);
    expect(drafted.sequences.every(({ said, tokens }) => said === 200 && tokens.length === 300)).toBe(true);
    const words = (of: typeof plain) => of.sequences.map(({ tokens }) => tokens);
    expect(words(drafted)).toEqual(words(plain));
  });
});

describe("the schedule", () => {
  it("is the same however late and however often the caller comes", () => {
    const punctual = play(configured({ max_num_seqs: 4 }), burst(12, 300, 30));
    const engine = new Engine(configured({ max_num_seqs: 4 }));
    const sequences = burst(12, 300, 30).map((ask, at) => add(engine, ask, String(at)));
    const outcomes = [0.013, 0.5, 0.50001, 4].flatMap((nowS) => engine.advance(nowS));
    expect(outcomes.map(({ dueS }) => dueS)).toEqual(punctual.outcomes.map(({ dueS }) => dueS));
    expect(sequences.map(ttft)).toEqual(punctual.sequences.map(ttft));
    expect(engine.nextS).toBeNull();
  });

  it("starts a request that comes to an idle engine after what it takes to read it", () => {
    const engine = new Engine(configured());
    const sequence = add(engine, { atS: 2, prompt: uniquePrompt(0, 10), outputTokens: 3 });
    expect(engine.waitingCount).toBe(1);
    expect(engine.nextS).toBeGreaterThan(2);
    expect(engine.advance(2)).toEqual([]);
    engine.advance(10);
    expect(ttft(sequence)).toBeLessThan(0.05);
    expect(engine.runningCount + engine.waitingCount).toBe(0);
  });

  it("drops an aborted request wherever it is, and gives its blocks back", () => {
    const engine = new Engine(configured({ max_num_seqs: 1 }));
    const [running, waiting] = burst(2, 100, 50).map((ask, at) => add(engine, ask, String(at)));
    engine.advance(0.05);
    expect([engine.runningCount, engine.waitingCount]).toEqual([1, 1]);
    engine.abort(running!);
    engine.abort(waiting!);
    const late = add(engine, { atS: 0.05, prompt: uniquePrompt(9, 100), outputTokens: 2 });
    engine.abort(late);
    expect(engine.advance(5).flatMap(({ outputs }) => outputs)).toEqual([]);
    expect(engine.cache.usage).toBe(0);
    expect(engine.nextS).toBeNull();
  });

  it("says where each output begins, its gap, and why it ended", () => {
    const { outcomes } = play(configured(), burst(1, 20, 3));
    const outputs = outcomes.flatMap((outcome) => outcome.outputs);
    expect(outputs.map(({ from, tokens, finished }) => [from, tokens, finished])).toEqual([
      [0, 1, null],
      [1, 1, null],
      [2, 1, "length"],
    ]);
    expect(outputs[0]!.gapS).toBeNull();
    expect(outputs[1]!.gapS).toBeCloseTo(outcomes[1]!.dueS - outcomes[0]!.dueS, 12);
  });
});
