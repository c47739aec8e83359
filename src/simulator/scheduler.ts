import type { KvCache } from "./kv-cache.ts";
import type { StepLoad } from "./roofline.ts";
import { blockHashes, type Sequence } from "./sequence.ts";

/** The limits that a scheduler keeps, from the configuration. */
export interface Limits {
  maxNumSeqs: number;
  maxNumBatchedTokens: number;
  chunkedPrefill: boolean;
  /** Most tokens of one prompt in a step; 0 for no limit. */
  longPrefillTokenThreshold: number;
  /** A prompt starts only when there is room for all of it. */
  reserveFullPrompt: boolean;
  /** Tokens that speculation drafts for each sequence of a step. */
  draftTokens: number;
}

/** What one step computes: for each sequence its tokens, of which some are drafts. */
export interface Step {
  entries: { sequence: Sequence; tokens: number; drafts: number }[];
  load: StepLoad;
}

/** Who waits, who runs, and what the next step computes: vLLM's V1 scheduler, first come first served. */
export class Scheduler {
  readonly waiting: Sequence[] = [];
  readonly running: Sequence[] = [];
  preemptions = 0;
  prefixQueries = 0;
  prefixHits = 0;
  private readonly limits: Limits;
  private readonly cache: KvCache;

  constructor(limits: Limits, cache: KvCache) {
    this.limits = limits;
    this.cache = cache;
  }

  /** The next step at this time; null where there is nothing to compute. */
  schedule(nowS: number): Step | null {
    const step: Step = {
      entries: [],
      load: { tokens: 0, sequences: 0, sampled: 0, contextTokens: 0, attentionPairs: 0 },
    };
    const preemptedBefore = this.preemptions;
    let budget = this.scheduleRunning(step);
    // vLLM admits nobody in a step that had to push somebody out.
    if (this.preemptions === preemptedBefore) {
      while (budget > 0 && this.waiting.length > 0 && this.running.length < this.limits.maxNumSeqs) {
        const admitted = this.admit(this.waiting[0]!, step, budget, nowS);
        if (admitted === null) break;
        budget -= admitted;
        this.waiting.shift();
      }
    }
    return step.entries.length === 0 ? null : step;
  }

  /** The sequence leaves, and its blocks are free; its prefix can still be found. */
  remove(sequence: Sequence): void {
    for (const queue of [this.running, this.waiting]) {
      const at = queue.indexOf(sequence);
      if (at !== -1) queue.splice(at, 1);
    }
    this.cache.release(sequence.blocks);
  }

  /** Those that run come first, in the order of their arrival, and push out the last where blocks are short. Answers the budget that is left. */
  private scheduleRunning(step: Step): number {
    let budget = this.limits.maxNumBatchedTokens;
    for (let at = 0; at < this.running.length && budget > 0; at++) {
      const sequence = this.running[at]!;
      const known = sequence.tokens.length - sequence.computed;
      const drafts = known === 1 ? this.draftsFor(sequence, budget) : 0;
      const tokens = Math.min(this.capped(known + drafts), budget);
      const need = this.cache.blocksFor(sequence.computed + tokens) - sequence.blocks.length;
      while (need > this.cache.free && this.running.at(-1) !== sequence) this.preempt(this.running.at(-1)!);
      if (need > this.cache.free) {
        this.preempt(sequence);
        break;
      }
      budget -= this.enter(step, sequence, tokens, drafts, need);
    }
    return budget;
  }

  /** The tokens that it was given of the budget; null where it has to wait. */
  private admit(sequence: Sequence, step: Step, budget: number, nowS: number): number | null {
    const { blockSize } = this.cache;
    const total = sequence.tokens.length;
    const hashes = this.cache.prefixCaching ? blockHashes(sequence, blockSize) : [];
    // One token at least is computed, or there would be nothing to sample from.
    const found = this.cache.found(hashes, Math.floor((total - 1) / blockSize));
    const cached = found.blocks * blockSize;
    const rest = this.capped(total - cached);
    if (rest > budget && !this.limits.chunkedPrefill) return null;
    const tokens = Math.min(rest, budget);
    const need = this.cache.blocksFor(cached + tokens) - found.blocks;
    const reserve = this.limits.reserveFullPrompt ? this.cache.blocksFor(total) - found.blocks : need;
    if (Math.max(need, reserve) > this.cache.free - found.free) return null;

    this.cache.share(sequence.blocks, hashes, found.blocks);
    sequence.computed = cached;
    sequence.remembered = found.blocks;
    if (sequence.scheduledS === null) {
      sequence.scheduledS = nowS;
      sequence.cachedTokens = cached;
      this.prefixQueries += this.cache.prefixCaching ? total : 0;
      this.prefixHits += cached;
    }
    this.running.push(sequence);
    return this.enter(step, sequence, tokens, 0, need);
  }

  private enter(step: Step, sequence: Sequence, tokens: number, drafts: number, need: number): number {
    if (need > 0) this.cache.take(sequence.blocks, need);
    const { load } = step;
    const end = sequence.computed + tokens;
    load.tokens += tokens;
    load.sequences++;
    load.contextTokens += end;
    load.attentionPairs += tokens * sequence.computed + (tokens * (tokens + 1)) / 2;
    if (end >= sequence.tokens.length) load.sampled += 1 + drafts;
    step.entries.push({ sequence, tokens, drafts });
    this.remember(sequence, Math.min(end, sequence.tokens.length));
    return tokens;
  }

  /** Full blocks can be found from the step that computes them on, as in vLLM. */
  private remember(sequence: Sequence, upTo: number): void {
    const { blockSize, prefixCaching } = this.cache;
    const full = Math.floor(upTo / blockSize);
    if (!prefixCaching || full <= sequence.remembered) return;
    const hashes = blockHashes(sequence, blockSize);
    for (; sequence.remembered < full; sequence.remembered++) {
      this.cache.remember(sequence.blocks[sequence.remembered]!, hashes[sequence.remembered]!);
    }
  }

  /** Back to the head of the queue with nothing computed: recomputation, vLLM's one way to preempt. */
  private preempt(sequence: Sequence): void {
    this.running.splice(this.running.indexOf(sequence), 1);
    this.cache.release(sequence.blocks);
    sequence.computed = 0;
    sequence.remembered = 0;
    sequence.preemptions++;
    this.preemptions++;
    this.waiting.unshift(sequence);
  }

  private capped(tokens: number): number {
    const { longPrefillTokenThreshold: threshold } = this.limits;
    return threshold > 0 && tokens > threshold ? threshold : tokens;
  }

  private draftsFor(sequence: Sequence, budget: number): number {
    const left = sequence.outputTokens - sequence.said - 1;
    return Math.max(0, Math.min(this.limits.draftTokens, left, budget - 1));
  }
}
