import { DONE, readCompletionEvent } from "../../src/client/stream/completion-event.ts";
import { Http1Response } from "../../src/client/stream/http1-response.ts";
import { SseScanner } from "../../src/client/stream/sse.ts";
import { ByteOrder, type Segment } from "./wire-rows.ts";

/** One request as it passed the wire. Times are of its capture, in ns. */
export interface WireRequest {
  /** All of it: head and body. */
  text: string;
  /** Of the segment with its first byte; where it had to be sent again, of the first attempt. */
  sentNs: number;
  /** For each event of its answer that has a choice, the time of the segment that completed it. */
  eventsNs: number[];
  /** By the server's count; null where it never said. */
  tokens: number | null;
  /** Why it is no whole answer; null where it is one. */
  problem: string | null;
  /** False where not a byte of an answer came. */
  isAnswered: boolean;
}

/** All requests of a capture. */
export interface WireTraffic {
  /** In the order of sending. */
  requests: WireRequest[];
  connections: number;
  /** Requests that went out again on another connection, since the server had closed theirs. */
  resent: number;
  /** Bytes of TCP that were sent a second time. */
  repeatedBytes: number;
  /** What makes the capture void; null where nothing does. */
  problem: string | null;
}

/** Puts the bytes of each connection together and reads them with the product's own readers. */
export function requestsOn(segments: readonly Segment[]): WireTraffic {
  const requests: WireRequest[] = [];
  const connections: Connection[] = [];
  const latest = new Map<number, Connection>();
  for (const segment of segments) {
    let connection = latest.get(segment.port);
    // A port is used again once its connection is gone.
    if (connection === undefined || (segment.opens && !segment.fromServer && connection.isClosed)) {
      connection = new Connection(requests);
      connections.push(connection);
      latest.set(segment.port, connection);
    }
    connection.take(segment);
  }
  for (const connection of connections) connection.end();
  const kept = withoutAttempts(requests.toSorted((a, b) => a.sentNs - b.sentNs));
  return {
    requests: kept,
    connections: connections.length,
    resent: requests.length - kept.length,
    repeatedBytes: connections.reduce((sum, { repeatedBytes }) => sum + repeatedBytes, 0),
    problem: connections.find(({ problem }) => problem !== null)?.problem ?? null,
  };
}

/**
 * A request that the server's close has crossed is sent again (RFC 9112, section 9.3.1): that is one request, which began with the
 * first attempt. The second is known by its bytes.
 */
function withoutAttempts(sent: readonly WireRequest[]): WireRequest[] {
  const kept: WireRequest[] = [];
  const nextOf = new Map<string, number>();
  for (const request of sent.toReversed()) {
    const place = request.isAnswered ? undefined : nextOf.get(request.text);
    if (place === undefined) nextOf.set(request.text, kept.push(request) - 1);
    else kept[place] = { ...kept[place]!, sentNs: request.sentNs };
  }
  return kept.toSorted((a, b) => a.sentNs - b.sentNs);
}

/** One connection of HTTP/1.1 without pipelining: what the client sends after an answer's end is the next request. */
class Connection {
  isClosed = false;
  problem: string | null = null;
  private readonly requests: WireRequest[];
  private readonly response = new Http1Response();
  private open: AnswerOnWire | null = null;
  private readonly toServer = new ByteOrder({
    onBytes: (bytes, atNs) => this.ask(bytes, atNs),
    onClose: () => (this.isClosed = true),
  });
  private readonly fromServer = new ByteOrder({
    onBytes: (bytes, atNs) => this.answer(bytes, atNs),
    onClose: () => this.closedByServer(),
  });

  constructor(requests: WireRequest[]) {
    this.requests = requests;
  }

  get repeatedBytes(): number {
    return this.toServer.repeated + this.fromServer.repeated;
  }

  take(segment: Segment): void {
    (segment.fromServer ? this.fromServer : this.toServer).take(segment);
  }

  /** The capture is over. */
  end(): void {
    if (this.toServer.isBroken || this.fromServer.isBroken) this.problem ??= "bytes of a connection are missing";
    this.close(`${this.isClosed ? "its connection" : "the capture"} ended before the answer did`);
  }

  private ask(bytes: Buffer, atNs: number): void {
    if (this.open === null) {
      this.open = new AnswerOnWire(atNs);
      this.requests.push(this.open.request);
      this.response.expect(this.open);
    } else if (this.response.begun) {
      this.problem ??= "a client sent before the answer had ended";
    }
    this.open.request.text += bytes.toString("latin1");
  }

  private answer(bytes: Buffer, atNs: number): void {
    if (this.open === null) {
      this.problem ??= "the server sent what nobody had asked for";
      return;
    }
    this.open.request.isAnswered = true;
    const end = this.response.feed(bytes, 0, bytes.length, atNs);
    if (this.response.problem !== null) {
      this.problem ??= this.response.problem;
      this.close(this.response.problem);
    } else if (this.response.done) {
      this.close(null);
      if (end < bytes.length) this.problem ??= "an answer is longer than it says";
    }
  }

  private closedByServer(): void {
    this.isClosed = true;
    this.close(this.response.endedByClose() ? null : "its connection ended before the answer did");
  }

  private close(reason: string | null): void {
    this.open?.end(reason);
    this.open = null;
  }
}

/** Fills in a request while its answer arrives. */
class AnswerOnWire {
  readonly request: WireRequest;
  private status = 0;
  private atNs = 0;
  private isEnded = false;
  private readonly scanner = new SseScanner({
    onEvent: (buffer, from, to) => this.takeEvent(buffer.toString("utf8", from, to)),
    onError: (buffer, from, to) => void (this.request.problem ??= buffer.toString("utf8", from, to)),
    onStray: () => {},
  });

  constructor(sentNs: number) {
    this.request = { text: "", sentNs, eventsNs: [], tokens: null, problem: null, isAnswered: false };
  }

  onHead(status: number): void {
    this.status = status;
  }

  onBody(buffer: Buffer, from: number, to: number, atNs: number): void {
    this.atNs = atNs;
    this.scanner.feed(buffer, from, to);
  }

  end(reason: string | null): void {
    this.scanner.end();
    const { request } = this;
    const unfinished = this.isEnded ? null : "the stream ended before the answer did";
    request.problem ??= reason ?? (this.status === 200 ? unfinished : `HTTP ${this.status}`);
  }

  private takeEvent(data: string): void {
    const { request, atNs } = this;
    if (data.trim() === DONE) {
      this.isEnded = true;
      return;
    }
    const event = readCompletionEvent(data);
    request.problem ??= event.error ?? event.problem;
    request.tokens = event.completionTokens ?? request.tokens;
    this.isEnded ||= event.finish !== null;
    if (event.choices > 0) request.eventsNs.push(atNs);
  }
}
