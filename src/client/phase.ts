import type { RequestRecord } from "../schema/observation.ts";
import type { Sample } from "../schema/sample.ts";
import { createAnswer } from "./answer.ts";
import { createInFlightGauge } from "./in-flight.ts";
import type { LoadProgress } from "./load-options.ts";
import type { Session } from "./scenario.ts";
import type { TokenLog } from "./token-log.ts";
import type { Transport } from "./transport.ts";

const PROGRESS_EVERY_MS = 500;
/** The longest that a timer takes (2^31 - 1 ms, 24 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

export interface PhaseOptions {
  phase: RequestRecord["phase"];
  sequence: readonly Sample[];
  asked: number;
  dueNs: Float64Array | null;
  drive(session: Session): Promise<void>;
  transport: Transport;
  path: string;
  bodyOf: (sample: Sample) => Buffer;
  now: () => number;
  /** Records are appended here; the index of a record is its place. */
  requests: RequestRecord[];
  log: TokenLog;
  keepText: boolean;
  secret: string | null;
  deadlineS: number;
  signal: AbortSignal | undefined;
  onProgress: ((progress: LoadProgress) => void) | undefined;
}

export interface Phase {
  counts: { sent: number; ended: number };
  /** Nanoseconds of CPU that went into waiting for due times. */
  polledNs(): number;
  /** Resolves when every request that was sent is over. Never rejects for a request's sake. */
  run(): Promise<{ asked: number; heldMean: number; heldMax: number }>;
}

/** One phase of a load: sends what the scenario says, and turns every answer into a record. */
export function createPhase(options: PhaseOptions): Phase {
  const { phase, sequence, asked, transport, path, bodyOf, now, requests, log, signal } = options;
  const total = sequence.length;
  const gauge = createInFlightGauge(asked, total);
  const counts = { sent: 0, ended: 0 };
  const deadlineMs = Math.min(options.deadlineS * 1000, LONGEST_TIMER_MS);
  /** What cuts off each open request. */
  const open = new Set<() => void>();
  let polledNs = 0;
  // The first burst is made before the clock matters, so that it leaves at once.
  const ready = new Map(sequence.slice(0, asked).map((sample, position) => [position, bodyOf(sample)]));

  const send: Session["send"] = (position, scheduledNs, chunk) =>
    new Promise((resolve) => {
      const body = ready.get(position) ?? bodyOf(sequence[position]!);
      ready.delete(position);
      const record = newRecord(requests.length, sequence[position]!.index, phase, scheduledNs, chunk);
      requests.push(record);
      const answer = createAnswer(record, { log, keepText: options.keepText, secret: options.secret });
      let cancel: (() => void) | null = null;
      const over = (problem: string | null, atNs: number): void => {
        clearTimeout(timer);
        open.delete(cutOff);
        answer.end(problem, atNs);
        gauge.closed(atNs);
        counts.ended += 1;
        resolve();
      };
      const stop = (problem: string): void => {
        cancel?.();
        over(problem, now());
      };
      const cutOff = (): void => stop("cut off: the run was stopped");
      const timer = setTimeout(() => stop(`no end within the deadline of ${options.deadlineS} s`), deadlineMs);
      open.add(cutOff);
      counts.sent += 1;
      record.sentNs = now();
      gauge.opened(record.sentNs);
      cancel = transport.send(path, body, { ...answer, onEnd: over });
    });

  const prepare = (position: number): void => {
    if (!ready.has(position)) ready.set(position, bodyOf(sequence[position]!));
  };
  let connecting = false;
  const connect = async (count: number): Promise<void> => {
    if (connecting) return;
    connecting = true;
    // A failure here is each request's own, in its row.
    await transport.open(count);
    connecting = false;
  };

  const cutAll = (): void => {
    for (const cutOff of open) cutOff();
  };
  const tell = (tokensPerS: number | null): void =>
    options.onProgress?.({ phase, done: counts.ended, of: total, tokensPerS });

  return {
    counts,
    polledNs: () => polledNs,
    async run() {
      const startNs = now();
      const tokensBefore = log.tokensSoFar();
      const rate = (): number | null => {
        const tokens = log.tokensSoFar() - tokensBefore;
        return tokens === 0 ? null : tokens / ((now() - startNs) / 1e9);
      };
      const stopped = (): boolean => signal?.aborted ?? false;
      signal?.addEventListener("abort", cutAll, { once: true });
      const ticker = setInterval(() => tell(rate()), PROGRESS_EVERY_MS);
      try {
        await options.drive({
          total,
          asked,
          dueNs: options.dueNs,
          now,
          stopped,
          prepare,
          connect: (count) => void connect(count),
          polled: (ns) => (polledNs += ns),
          send,
        });
      } finally {
        clearInterval(ticker);
        signal?.removeEventListener("abort", cutAll);
      }
      tell(rate());
      return gauge.held();
    },
  };
}

function newRecord(
  index: number,
  sample: number,
  phase: RequestRecord["phase"],
  scheduledNs: number | null,
  chunk: number | null,
): RequestRecord {
  return {
    index,
    sample,
    phase,
    chunk,
    session: null,
    turn: null,
    scheduledNs,
    sentNs: 0,
    firstTokenNs: null,
    lastTokenNs: null,
    endNs: 0,
    promptTokens: null,
    outputTokens: null,
    chunks: 0,
    finish: null,
    status: null,
    error: null,
    text: null,
    outputHash: null,
  };
}
