import { byOurDefinitions, type Figures } from "./metrics.ts";
import { requestsOn, type WireRequest, type WireTraffic } from "./wire-requests.ts";
import { readSegments } from "./wire-rows.ts";

/** What a round asked. */
export interface WireLoad {
  /** Sent before the others, to warm up. */
  warmups: number;
  /** That were measured. */
  requests: number;
  /** The length that was forced. */
  outputTokens: number;
}

/** Figures of a round by what passed the wire, or why there are none. */
export interface WireFigures extends Omit<WireTraffic, "requests"> {
  figures: Figures | null;
  /** Token-bearing events of all requests, warm-up included. */
  events: number;
  /** Of the measured requests those that never passed the wire, that had no whole answer, and whose answer bore no token. */
  leftOut: { notSent: number; failed: number; withoutToken: number };
  /** What a request says beside its prompt: the fields of its body, as JSON. */
  asked: { [field: string]: string };
}

const start = "POST /v1/completions ";
/** Of the requests; a tool that lost more saw another load than the wire did. */
const mostMissing = 0.05;

/** Of a file that `wire.c` wrote. */
export function figuresOnWire(file: Buffer, load: WireLoad): WireFigures {
  return figuresOfTraffic(requestsOn(readSegments(file)), load);
}

/** What was sent first warmed up; where a tool sent more than it was told, the last ones are those that were measured. */
export function figuresOfTraffic({ requests, ...account }: WireTraffic, load: WireLoad): WireFigures {
  const sent = requests.filter(({ text }) => text.startsWith(start));
  const endsApart = sent.some(({ eventsNs, tokens }) => eventsNs.length > (tokens ?? load.outputTokens));
  const all = sent.map((request) => ({ ...request, tokensNs: tokenTimes(request, endsApart) }));
  const measured = all.slice(Math.max(load.warmups, all.length - load.requests));
  const whole = measured.filter(({ problem }) => problem === null);
  const bearing = whole.filter(({ tokensNs }) => tokensNs.length > 0);
  const notSent = load.requests - measured.length;
  const failed = measured.length - whole.length;
  const few = bearing.length === 0 || notSent + failed > mostMissing * load.requests;
  const why = few
    ? `of ${load.requests} requests ${notSent} did not pass the wire, ${failed} had no whole answer`
    : null;
  const problem = account.problem ?? why;
  return {
    ...account,
    figures: problem === null ? figuresOf(bearing, load.outputTokens) : null,
    events: sum(all.map(({ tokensNs }) => tokensNs.length)),
    leftOut: { notSent, failed, withoutToken: whole.length - bearing.length },
    asked: fieldsOf(measured[0]?.text ?? ""),
    problem,
  };
}

/** By our definitions, from requests that have an event with a token. */
function figuresOf(requests: readonly (WireRequest & { tokensNs: number[] })[], forced: number): Figures {
  const seen = requests.map(({ sentNs, tokensNs, tokens }) => ({
    startS: sentNs / 1e9,
    firstS: (tokensNs[0]! - sentNs) / 1e9,
    lastS: (tokensNs.at(-1)! - sentNs) / 1e9,
    tokens: tokens ?? forced,
  }));
  const gapsMs = requests.flatMap(({ tokensNs }) =>
    tokensNs.slice(1).map((atNs, place) => (atNs - tokensNs[place]!) / 1e6),
  );
  const each = sum(seen.map(({ tokens }) => tokens)) / sum(requests.map(({ tokensNs }) => tokensNs.length));
  return { ...byOurDefinitions(seen, gapsMs), "tokens an event, mean": each };
}

/**
 * Each event with a choice bears a token, even where it has no text (half a character, an end that is ignored). But where some
 * answer of the engine has more of them than tokens, the last of each only ends it.
 */
function tokenTimes({ eventsNs }: WireRequest, endsApart: boolean): number[] {
  return endsApart ? eventsNs.slice(0, -1) : eventsNs;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** None where the body is no JSON. */
function fieldsOf(text: string): { [field: string]: string } {
  try {
    const { prompt: _, ...fields } = JSON.parse(text.slice(text.indexOf("\r\n\r\n"))) as { [field: string]: unknown };
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]));
  } catch {
    return {};
  }
}
