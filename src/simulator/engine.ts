import type { Configuration } from "./configuration.ts";
import { KvCache } from "./kv-cache.ts";
import { stepSeconds } from "./roofline.ts";
import constants from "./roofline.json" with { type: "json" };
import { Scheduler, type Step } from "./scheduler.ts";
import { createSequence, type Asked, type FinishReason, type Sequence } from "./sequence.ts";
import { draw } from "./tokens.ts";

/** What a step gave one sequence. */
export interface Output {
  sequence: Sequence;
  /** The place of its first new token in the output, and how many are new. */
  from: number;
  tokens: number;
  /** Seconds since its token before; null for the first. */
  gapS: number | null;
  finished: FinishReason | null;
}

/** One finished step. */
export interface Outcome {
  /** When it was due to end, in the engine's seconds. */
  dueS: number;
  /** Tokens that went through the layers. */
  tokens: number;
  outputs: Output[];
}

/**
 * Continuous batching without a clock: the caller says what time it is. A step that is due starts the next at the time it
 * was due, however late the caller comes, so that the schedule is absolute and lateness does not add up.
 */
export class Engine {
  readonly cache: KvCache;
  readonly scheduler: Scheduler;
  drafts = 0;
  draftTokens = 0;
  acceptedTokens = 0;
  private readonly configuration: Configuration;
  private readonly arriving: { sequence: Sequence; readyS: number }[] = [];
  private step: Step | null = null;
  private dueS = 0;

  constructor(configuration: Configuration) {
    this.configuration = configuration;
    this.cache = new KvCache(configuration.blocks, configuration.blockSize, configuration.prefixCaching);
    this.scheduler = new Scheduler(
      { ...configuration, draftTokens: configuration.speculation?.tokens ?? 0 },
      this.cache,
    );
  }

  get runningCount(): number {
    return this.scheduler.running.length;
  }

  get waitingCount(): number {
    return this.scheduler.waiting.length + this.arriving.length;
  }

  /** When `advance` has something to do next; null while nothing is asked of the engine. */
  get nextS(): number | null {
    return this.step === null ? (this.arriving[0]?.readyS ?? null) : this.dueS;
  }

  /** A request comes in. Advance to this time first, or it could join a step that began before it. */
  add(asked: Asked, nowS: number): Sequence {
    const sequence = createSequence(asked, nowS);
    this.arriving.push({ sequence, readyS: nowS + constants.overheads.request_s.value });
    return sequence;
  }

  /** The request is dropped at once, also from the step under way. */
  abort(sequence: Sequence): void {
    const at = this.arriving.findIndex((arrival) => arrival.sequence === sequence);
    if (at !== -1) this.arriving.splice(at, 1);
    this.scheduler.remove(sequence);
    if (this.step) this.step.entries = this.step.entries.filter((entry) => entry.sequence !== sequence);
  }

  /** Everything that has happened by this time, step by step. */
  advance(nowS: number): Outcome[] {
    const outcomes: Outcome[] = [];
    for (;;) {
      const next = this.nextS;
      if (next === null || next > nowS) return outcomes;
      if (this.step !== null) {
        const step = this.step;
        this.step = null;
        outcomes.push(this.finish(step, this.dueS));
      }
      this.begin(next);
    }
  }

  private begin(atS: number): void {
    while (this.arriving.length > 0 && this.arriving[0]!.readyS <= atS) {
      this.scheduler.waiting.push(this.arriving.shift()!.sequence);
    }
    this.step = this.scheduler.schedule(atS);
    if (this.step) this.dueS = atS + stepSeconds(this.configuration.machinery, this.step.load);
  }

  private finish(step: Step, dueS: number): Outcome {
    const outputs: Output[] = [];
    for (const { sequence, tokens, drafts } of step.entries) {
      if (sequence.computed + tokens < sequence.tokens.length) {
        sequence.computed += tokens;
        continue;
      }
      const accepted = this.accept(sequence, drafts);
      sequence.computed += tokens - drafts + accepted;
      outputs.push(this.say(sequence, 1 + accepted, dueS));
    }
    return { dueS, tokens: step.load.tokens, outputs };
  }

  private say(sequence: Sequence, count: number, dueS: number): Output {
    const from = sequence.said;
    for (let at = 0; at < count; at++) sequence.tokens.push(sequence.speech.id(from + at));
    sequence.said += count;
    const gapS = sequence.lastTokenS === null ? null : dueS - sequence.lastTokenS;
    sequence.firstTokenS ??= dueS;
    sequence.lastTokenS = dueS;
    const finished = sequence.said >= sequence.outputTokens ? sequence.finish : null;
    if (finished !== null) this.scheduler.remove(sequence);
    return { sequence, from, tokens: count, gapS, finished };
  }

  /** Drafts are accepted from the first on, each with the method's chance, until one is not. */
  private accept(sequence: Sequence, drafts: number): number {
    const { speculation } = this.configuration;
    if (drafts === 0 || speculation === null) return 0;
    let accepted = 0;
    const stream = sequence.tokens[0]! + sequence.promptTokens;
    while (accepted < drafts && draw(stream, sequence.said * 64 + accepted) < speculation.accepted) accepted++;
    this.drafts++;
    this.draftTokens += drafts;
    this.acceptedTokens += accepted;
    return accepted;
  }
}
