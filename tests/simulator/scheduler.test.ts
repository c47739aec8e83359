import { describe, expect, it } from "vitest";
import { KvCache } from "../../src/simulator/kv-cache.ts";
import { Scheduler, type Limits } from "../../src/simulator/scheduler.ts";
import { createSequence, type Sequence } from "../../src/simulator/sequence.ts";
import { speechOf } from "../../src/simulator/tokens.ts";
import { uniquePrompt } from "./virtual-load.ts";

const limits: Limits = {
  maxNumSeqs: 8,
  maxNumBatchedTokens: 64,
  chunkedPrefill: true,
  longPrefillTokenThreshold: 0,
  reserveFullPrompt: true,
  draftTokens: 0,
};

function sequence(id: number, promptTokens: number, outputTokens = 100): Sequence {
  const promptIds = uniquePrompt(id, promptTokens);
  const speech = speechOf({ ids: promptIds, pieces: null }, 128_256, 0);
  return createSequence({ id: String(id), promptIds, speech, outputTokens, finish: "length" }, 0);
}

function setUp(changed: Partial<Limits> = {}, blocks = 100, caching = true) {
  const cache = new KvCache(blocks, 16, caching);
  const scheduler = new Scheduler({ ...limits, ...changed }, cache);
  /** One step as the engine takes it: computed tokens count, and a sequence that is through says a token. */
  const step = () => {
    const planned = scheduler.schedule(0);
    const plan = (planned?.entries ?? []).map((entry) => `${entry.sequence.id}:${entry.tokens}`);
    for (const entry of planned?.entries ?? []) {
      entry.sequence.computed += entry.tokens;
      if (entry.sequence.computed === entry.sequence.tokens.length) {
        entry.sequence.tokens.push(entry.sequence.speech.id(entry.sequence.said++));
      }
    }
    return plan;
  };
  return { cache, scheduler, step };
}

describe("Scheduler", () => {
  it("cuts a prompt to the budget and serves decodes first", () => {
    const { scheduler, step } = setUp();
    scheduler.waiting.push(sequence(1, 40), sequence(2, 100));
    expect(step()).toEqual(["1:40", "2:24"]);
    expect(step()).toEqual(["1:1", "2:63"]);
    expect(step()).toEqual(["1:1", "2:13"]);
    expect(step()).toEqual(["1:1", "2:1"]);
  });

  it("takes whole prompts only with chunked prefill off", () => {
    const { scheduler, step } = setUp({ chunkedPrefill: false });
    scheduler.waiting.push(sequence(1, 40), sequence(2, 60));
    expect(step()).toEqual(["1:40"]);
    expect(step()).toEqual(["1:1", "2:60"]);
  });

  it("keeps max_num_seqs and the threshold for long prompts", () => {
    const few = setUp({ maxNumSeqs: 1 });
    few.scheduler.waiting.push(sequence(1, 10), sequence(2, 10));
    expect(few.step()).toEqual(["1:10"]);
    expect(few.scheduler.waiting).toHaveLength(1);
    const capped = setUp({ longPrefillTokenThreshold: 20 });
    capped.scheduler.waiting.push(sequence(1, 50), sequence(2, 10));
    expect(capped.step()).toEqual(["1:20", "2:10"]);
  });

  it("shares the blocks of a common prefix within one step and counts them", () => {
    const { scheduler, step } = setUp();
    const first = sequence(1, 40);
    const second = sequence(1, 40);
    scheduler.waiting.push(first, second);
    expect(step()).toEqual(["1:40", "1:8"]);
    expect(second.blocks.slice(0, 2)).toEqual(first.blocks.slice(0, 2));
    expect(scheduler.prefixHits).toBe(32);
    expect(scheduler.prefixQueries).toBe(80);
    expect(second.cachedTokens).toBe(32);
  });

  it("computes at least one token of a prompt that is wholly cached", () => {
    const { scheduler, step } = setUp();
    scheduler.waiting.push(sequence(1, 32), sequence(1, 32));
    expect(step()).toEqual(["1:32", "1:16"]);
  });

  it("lets nobody in whose prompt does not fit, and those behind wait too", () => {
    const { scheduler, step } = setUp({}, 4);
    scheduler.waiting.push(sequence(1, 30), sequence(2, 60), sequence(3, 5));
    expect(step()).toEqual(["1:30"]);
    expect(scheduler.waiting.map(({ id }) => id)).toEqual(["2", "3"]);
  });

  it("pushes the last one out when blocks run short, and recomputes it", () => {
    const { cache, scheduler, step } = setUp({}, 4, false);
    const second = sequence(2, 31);
    scheduler.waiting.push(sequence(1, 31), second);
    expect(step()).toEqual(["1:31", "2:31"]);
    expect(step()).toEqual(["1:1", "2:1"]);
    expect(cache.free).toBe(0);
    expect(step()).toEqual(["1:1"]);
    expect(scheduler.preemptions).toBe(1);
    expect(second).toMatchObject({ computed: 0, blocks: [], preemptions: 1 });
    expect(scheduler.waiting).toEqual([second]);
    scheduler.remove(scheduler.running[0]!);
    expect(step()).toEqual(["2:33"]);
  });

  it("finds a preempted sequence's own blocks again with prefix caching", () => {
    const { scheduler, step } = setUp({}, 4);
    const second = sequence(2, 31);
    scheduler.waiting.push(sequence(1, 31), second);
    step();
    step();
    step();
    scheduler.remove(scheduler.running[0]!);
    expect(second.preemptions).toBe(1);
    expect(step()).toEqual(["2:17"]);
  });
});
