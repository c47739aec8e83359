import type { Counts } from "./drive/queue-watch.ts";
import { NS_PER_MS, NS_PER_S } from "../math/units.ts";
import type { RequestRecord } from "../schema/observation.ts";
import type { Sample } from "../schema/sample.ts";
import type { RequestClass } from "../schema/workload.ts";
import type { AnswerRules } from "./stream/answer.ts";
import { converse, type ConversationSteps } from "./drive/conversation.ts";
import { createDeadlines, startTimer } from "./drive/deadlines.ts";
import type { Cap } from "./drive/cap.ts";
import type { InFlightGauge } from "./drive/in-flight.ts";
import type { LoadProgress } from "./load-options.ts";
import type { LoadPlan } from "./load-plan.ts";
import { OpenRequest, type OpenRequestOptions } from "./drive/open-request.ts";
import type { Pacer } from "./drive/pacer.ts";
import { createPlaces, type Places } from "./drive/places.ts";
import { createReadyBodies } from "./plan/ready-bodies.ts";
import type { BodyParts } from "./plan/request-body.ts";
import type { ScenarioContext } from "./plan/scenario.ts";
import { TAIL_SPENT } from "./drive/tail-budget.ts";
import { newRecord } from "./stream/new-record.ts";
import type { Transport } from "./transport/transport.ts";
import { cancellationAt, classOfUnit, unitCount, unitPlaces } from "./plan/request-plan.ts";

const PROGRESS_EVERY_MS = 500;

/** Why the requests of a tail are cut off: not a failure either. */
export const LOAD_OVER = Symbol("the last measured request is over");

/** Reasons of the client's own for which a load is cut off. */
const onPurpose: ReadonlySet<unknown> = new Set([TAIL_SPENT, LOAD_OVER]);

export interface PhaseOptions
  extends
    Pick<LoadPlan, "requestPlan" | "asked" | "dueNs">,
    Pick<OpenRequestOptions, "now" | "log" | "keepText" | "secrets" | "rules"> {
  phase: RequestRecord["phase"];
  /** The fewest units that are sent; default all of the request plan. */
  fewest?: number;
  /** It goes on sending for this many seconds at least, starting the request plan again where it is too short; default 0. */
  shortestS?: number;
  drive(context: ScenarioContext): Promise<void>;
  /** Called when everything was sent, so that the next phase may begin at once. Not called where the phase was stopped. */
  spent?: () => void;
  gauge: InFlightGauge;
  /** Those of the phase before, where this one takes them over; default new ones. */
  places?: Places;
  /** Of the whole load; absent where nothing holds a schedule back. */
  cap?: Cap | null;
  pacer: Pacer;
  transport: Transport;
  path: string;
  bodyOf: (sample: Sample, parts: BodyParts) => Buffer;
  records: Records;
  /** Of requests whose class has none of its own. */
  deadlineS: number;
  signal: AbortSignal | undefined;
  onProgress: ((progress: LoadProgress) => void) | undefined;
}

/** Where the records of requests go. */
export interface Records {
  /** Takes a record when its request is sent, and gives it its index. */
  opened(record: RequestRecord): void;
  /** The record is complete and no longer changes. Called some time after the request was over, in the order of the ends, and for all requests before the phase is over. */
  done(record: RequestRecord): void;
}

export interface Phase {
  /** Requests that were sent, and those of them that are over. */
  counts: Counts;
  /** Starts at that time of the clock, which is now. Resolves when every request that was sent is over. Rejects for an internal error only, never because a request failed. */
  run(startNs: number): Promise<void>;
}

/** What one request is sent with, beside its sample. */
interface Sending {
  unit: number;
  body: Buffer;
  scheduledNs: number | null;
  heldNs: number | null;
  chunk: number | null;
  /** True where the text of the answer is needed for the next turn. */
  needsText: boolean;
  /** Called within the read that brought its end. */
  onDone: (request: OpenRequest) => void;
}

const NO_HISTORY: BodyParts["history"] = [];

/** One phase of a load: sends what the scenario says, and turns every answer into a record. */
export function createPhase(options: PhaseOptions): Phase {
  const { phase, requestPlan, asked, transport, path, now, records, log, signal, keepText, secrets, gauge, pacer } =
    options;
  const { fewest = unitCount(requestPlan), shortestS = 0, places = createPlaces(asked) } = options;
  const { sequence } = requestPlan;
  const units = unitCount(requestPlan);
  const counts: Counts = { sent: 0, begun: 0, ended: 0 };
  /** Turns that are not sent, because one before them failed. */
  let givenUp = 0;
  /** Each open request, and each user who thinks. */
  const open = new Set<{ cutOff(onPurpose: boolean): void }>();
  const stopped = (): boolean => signal?.aborted ?? false;
  let dueNs: Float64Array | null = null;
  let startNs = 0;
  let lastSentNs = -Infinity;

  const bodyOf = (unit: number, sample: Sample, history: BodyParts["history"]): Buffer =>
    options.bodyOf(sample, { history, requestClass: classOfUnit(requestPlan, unit) });
  /** Which unit of the request plan is sent: from the first again where more are sent than it has. */
  const placeOf = (unit: number): number => unit % units;
  const firstBody = (unit: number): Buffer =>
    bodyOf(placeOf(unit), sequence[requestPlan.starts[placeOf(unit)]!]!, NO_HISTORY);
  // The first burst is made before the clock matters, so that it leaves at once.
  const bodies = createReadyBodies(shortestS > 0 ? asked : Math.min(asked, units), firstBody);
  const { promise: broken, reject: breakOff } = Promise.withResolvers<never>();
  // `run` waits for it.
  broken.catch(() => {});
  /** What follows an answer runs within a read or a timer, where nothing catches errors: here an internal error ends the phase. */
  const guarded = <Answer>(work: () => Answer): Answer | null => {
    try {
      return work();
    } catch (error) {
      breakOff(error);
      return null;
    }
  };
  const deadlines = createDeadlines(now);
  const keep = (request: OpenRequest): void => {
    request.settle();
    records.done(request.record);
  };

  /** A class may ask for longer answers. */
  const rulesOf = (requestClass: RequestClass | null): AnswerRules => {
    const most = requestClass?.sampling?.max_tokens;
    return most === undefined ? options.rules : { ...options.rules, maxTokens: most };
  };

  /** Sends the request at a place. */
  const ask = (place: number, { unit, body, scheduledNs, heldNs, chunk, needsText, onDone }: Sending): void => {
    const record = newRecord(sequence[place]!, phase, scheduledNs, chunk);
    const own = placeOf(unit);
    const requestClass = classOfUnit(requestPlan, own);
    record.class = requestClass?.name ?? null;
    record.heldNs = heldNs;
    if (record.turn !== null) record.session = requestPlan.numbers[own]! + ((unit - own) / units) * requestPlan.whole;
    records.opened(record);
    const request = new OpenRequest(record, {
      log,
      keepText,
      needsText,
      secrets,
      rules: rulesOf(requestClass),
      rule: cancellationAt(requestPlan, own, place),
      deadlineS: requestClass?.deadline_s ?? options.deadlineS,
      now,
      onLastEvent: () => deadlines.add(request),
      onDone() {
        open.delete(request);
        deadlines.delete(request);
        if (record.turn === null) gauge.closed(record.endNs);
        counts.ended += 1;
        // The next request first: nothing waits for the record of this one.
        guarded(() => onDone(request));
        guarded(() => keep(request));
      },
    });
    open.add(request);
    counts.sent += 1;
    request.begin();
    if (place === requestPlan.starts[own]) {
      counts.begun += 1;
      lastSentNs = record.sentNs;
      gauge.opened(record.sentNs);
    }
    deadlines.add(request);
    request.send(transport, path, body);
  };

  /** A user thinks until then; false where the phase was stopped. Without a schedule, a timer is exact enough: to a millisecond. */
  const think = async (untilNs: number): Promise<boolean> => {
    const leftMs = (untilNs - now()) / NS_PER_MS;
    if (dueNs !== null) await pacer.until(untilNs);
    else if (leftMs > 0 && !stopped()) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          open.delete(user);
          resolve();
        };
        const user = { cutOff: wake };
        const timer = startTimer(wake, leftMs);
        open.add(user);
      });
    }
    return !stopped();
  };

  const sendConversation = async (
    unit: number,
    { scheduledNs, chunk, heldNs }: Pick<Sending, "scheduledNs" | "chunk" | "heldNs">,
  ): Promise<void> => {
    const [from, to] = unitPlaces(requestPlan, placeOf(unit));
    const steps: ConversationSteps = {
      bodyOf: (turn, history) => bodyOf(placeOf(unit), turn, history),
      think,
      ask: (turn, body, intendedNs, needsText) =>
        new Promise((resolve) => {
          const onDone = (request: OpenRequest): void => {
            request.settle();
            resolve(request);
          };
          // The cap holds back whole conversations, and none that has begun.
          const held = turn === 0 || heldNs === null ? heldNs : 0;
          ask(from + turn, { unit, body, scheduledNs: intendedNs, heldNs: held, chunk, needsText, onDone });
        }),
    };
    // Only a schedule makes a later turn due at a time of its own; in Offline all of it was due at the start.
    const scheduledOf = (atNs: number): number | null => (options.dueNs === null ? scheduledNs : atNs);
    const first = { body: bodies.take(unit), scheduledNs };
    const sent = await converse(sequence.slice(from, to), first, scheduledOf, steps);
    givenUp += to - from - sent;
    gauge.closed(now());
  };

  const send: ScenarioContext["send"] = (unit, scheduledNs, chunk, onDone, heldNs = null) => {
    const place = requestPlan.starts[placeOf(unit)]!;
    if (sequence[place]!.turn !== null)
      sendConversation(unit, { scheduledNs, chunk, heldNs }).then(onDone).catch(breakOff);
    else ask(place, { unit, body: bodies.take(unit), scheduledNs, heldNs, chunk, needsText: false, onDone });
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
    for (const one of open) one.cutOff(onPurpose.has(signal?.reason));
  };
  const showProgress = (tokensPerS: number | null): void => {
    if (phase !== "tail") {
      const of = Math.max(sequence.length - givenUp, shortestS > 0 ? counts.ended : 0);
      options.onProgress?.({ phase, done: counts.ended, of, tokensPerS });
    }
  };

  return {
    counts,
    async run(fromNs) {
      startNs = fromNs;
      dueNs = options.dueNs?.map((due) => due + fromNs) ?? null;
      const tokensBefore = log.tokensSoFar();
      const rate = (): number | null => {
        const tokens = log.tokensSoFar() - tokensBefore;
        return tokens === 0 ? null : tokens / ((now() - startNs) / NS_PER_S);
      };
      signal?.addEventListener("abort", cutAll, { once: true });
      const ticker = setInterval(() => showProgress(rate()), PROGRESS_EVERY_MS);
      try {
        const driven = options.drive({
          total: units,
          goesOn: (unit) => unit < fewest || lastSentNs - startNs < shortestS * NS_PER_S,
          startNs,
          asked,
          dueNs,
          now,
          places,
          cap: options.cap ?? null,
          spent() {
            if (!stopped()) options.spent?.();
          },
          stopped,
          pacer,
          prepare: (unit) => bodies.prepare(unit),
          connect: (count) => void connect(count),
          send,
        });
        await Promise.race([driven, broken]);
      } finally {
        clearInterval(ticker);
        deadlines.stop();
        signal?.removeEventListener("abort", cutAll);
      }
      showProgress(rate());
    },
  };
}
