import type { Configuration } from "./configuration.ts";
import { Engine, type Output } from "./engine.ts";
import type { Faults } from "./faults.ts";
import { Metrics } from "./metrics.ts";
import type { Asked, FinishReason, Sequence } from "./sequence.ts";
import { truthHeader, truthRow, type TruthRecord } from "./truth.ts";

/** Milliseconds of real time: monotonic, and what to add for the wall clock. */
interface RealTime {
  nowMs(): number;
  unixOriginMs: number;
}

/** A request that was read and found good. */
export interface Generation extends Asked {
  maxTokens: number;
}

/** Who waits for the tokens of one request. */
export interface Listener {
  /** New tokens: `output.from` is the place of the first. */
  tokens(output: Output): void;
  /** After the last tokens, when those of the other requests of the step are out too: as uvicorn, which ends a body in a write of its own. */
  over(): void;
  /** The engine is dead; nothing more comes. */
  dead(): void;
}

interface Ticket extends TruthRecord {
  sequence: Sequence;
  listener: Listener;
  maxTokens: number;
}

/**
 * How long before a due time the timer is set to end, in ms. Node's timers count whole milliseconds of a clock that is
 * cut to them, so that one set for n ms may fire up to 1 ms after it, and the kernel adds its slack. What is left is
 * waited out by turns of the event loop, in which everything else has its own.
 */
const timerMarginMs = 1.2;

interface ServiceOptions {
  configuration: Configuration;
  faults: Faults;
  time: RealTime;
  /** Engine seconds in a real second. */
  speed: number;
  truth?: ((row: string) => void) | undefined;
  onDeath: (kind: "engine" | "whole program") => void;
}

/** The engine in real time: drives it step by step on its own schedule and hands out what it says. */
export class Service {
  readonly configuration: Configuration;
  readonly engine: Engine;
  readonly metrics: Metrics;
  readonly faults: Faults;
  alive = true;
  /** By a fault: no request is answered any more, whatever it asks. */
  silent = false;
  /** Completion requests that came in so far. */
  requests = 0;
  private readonly options: ServiceOptions;
  private readonly startMs: number;
  private readonly tickets = new Map<Sequence, Ticket>();
  private answered = 0;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;

  constructor(options: ServiceOptions) {
    this.options = options;
    this.configuration = options.configuration;
    this.faults = options.faults;
    this.engine = new Engine(options.configuration);
    this.metrics = new Metrics(options.configuration, this.engine);
    this.startMs = options.time.nowMs();
    options.truth?.(truthHeader);
  }

  get inFlight(): number {
    return this.tickets.size;
  }

  /** Puts a request into the engine; what it says goes to the listener. */
  submit(generation: Generation, listener: Listener): Sequence {
    this.run();
    const arrivedMs = this.options.time.nowMs();
    const sequence = this.engine.add(generation, this.seconds(arrivedMs));
    this.tickets.set(sequence, {
      sequence,
      listener,
      maxTokens: generation.maxTokens,
      arrivedMs,
      firstSentMs: null,
      lastSentMs: null,
      worstLatenessMs: 0,
    });
    this.arm();
    return sequence;
  }

  /** The client is gone. */
  cancel(sequence: Sequence): void {
    const ticket = this.tickets.get(sequence);
    if (!ticket) return;
    this.engine.abort(sequence);
    this.close(ticket, "abort");
  }

  /** True where the caches are empty now; never while a request holds blocks. */
  resetPrefixCache(): boolean {
    this.run();
    return !this.faults.keepCache && this.engine.cache.reset();
  }

  /** No step is begun any more; the listeners hear of it. */
  die(): void {
    if (!this.alive) return;
    this.stop();
    const listeners = [...this.tickets.values()];
    this.tickets.clear();
    for (const ticket of listeners) {
      this.metrics.end(ticket.sequence, "error", ticket.maxTokens);
      this.record(ticket, "error");
      ticket.listener.dead();
    }
  }

  /** No step is begun any more, and nobody is told. */
  stop(): void {
    this.alive = false;
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
  }

  private seconds(ms: number): number {
    return ((ms - this.startMs) / 1000) * this.options.speed;
  }

  private readonly pump = (): void => {
    this.run();
    this.arm();
  };

  private arm(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    const next = this.engine.nextS;
    if (next === null || !this.alive) return;
    const waitMs = this.startMs + (next / this.options.speed) * 1000 - this.options.time.nowMs();
    const sleepMs = Math.floor(waitMs - timerMarginMs);
    if (sleepMs >= 1) this.timer = setTimeout(this.pump, sleepMs);
    else this.immediate = setImmediate(this.pump);
  }

  private run(): void {
    if (!this.alive) return;
    for (const outcome of this.engine.advance(this.seconds(this.options.time.nowMs()))) {
      const dueMs = this.startMs + (outcome.dueS / this.options.speed) * 1000;
      const written: [Ticket, FinishReason | null][] = [];
      for (const output of outcome.outputs) {
        const ticket = this.tickets.get(output.sequence);
        if (!ticket) continue;
        this.deliver(ticket, output, dueMs);
        written.push([ticket, output.finished]);
      }
      // Books are kept when the last stream of the step has its token.
      this.metrics.step(outcome, Math.max(0, this.options.time.nowMs() - dueMs) / 1000);
      for (const [ticket, reason] of written) {
        if (reason === null) continue;
        this.close(ticket, reason);
        ticket.listener.over();
      }
      if (this.dies()) return;
    }
  }

  private deliver(ticket: Ticket, output: Output, dueMs: number): void {
    ticket.listener.tokens(output);
    const sentMs = this.options.time.nowMs();
    if (ticket.firstSentMs === null) {
      ticket.firstSentMs = sentMs;
      this.answered++;
    }
    ticket.lastSentMs = sentMs;
    ticket.worstLatenessMs = Math.max(ticket.worstLatenessMs, sentMs - dueMs);
  }

  private close(ticket: Ticket, reason: FinishReason): void {
    this.tickets.delete(ticket.sequence);
    this.metrics.end(ticket.sequence, reason, ticket.maxTokens);
    this.record(ticket, reason);
  }

  private record(ticket: Ticket, finish: FinishReason | "error"): void {
    const { truth, time } = this.options;
    if (!truth) return;
    const msOf = (seconds: number) => this.startMs + (seconds / this.options.speed) * 1000;
    truth(truthRow(ticket.sequence, ticket, { finish, endedMs: time.nowMs() }, msOf, time.unixOriginMs));
  }

  private dies(): boolean {
    const { dieAfterRequests, vanishAfterRequests, silentAfterRequests } = this.faults;
    if (silentAfterRequests !== null && this.answered >= silentAfterRequests) {
      this.silent = true;
      this.stop();
    }
    if (vanishAfterRequests !== null && this.answered >= vanishAfterRequests) this.options.onDeath("whole program");
    else if (dieAfterRequests !== null && this.answered >= dieAfterRequests) this.options.onDeath("engine");
    return !this.alive;
  }
}
