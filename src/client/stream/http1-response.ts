import type { HeaderOf } from "../transport/transport.ts";

/** Receives a response while it is read. */
export interface ResponseSink {
  onHead(status: number, header: HeaderOf): void;
  onBody(buffer: Buffer, from: number, to: number, atNs: number): void;
}

const LF = 0x0a;
const CR = 0x0d;
const SEMICOLON = 0x3b;

/** No server that we know sends more; more is not HTTP. */
const LONGEST_HEAD = 65_536;
const LARGEST_CHUNK = 2 ** 40;
/** Hexadecimal digits of a size that fits the engine's small integers. */
const QUICK_DIGITS = 7;

type State = "head" | "size" | "extension" | "chunk" | "chunk-end" | "trailer" | "counted" | "until-close" | "done";

const deaf: ResponseSink = { onHead: () => {}, onBody: () => {} };

/**
 * Reads HTTP/1.1 responses, one after the other, from bytes that come in any pieces: status line and headers, then a
 * body that is chunked, counted or ended by the connection's end (RFC 9112, sections 4 to 7). Interim responses (1xx)
 * are passed over. Lines may end with LF alone. One such object serves a connection for as long as it is open.
 */
export class Http1Response {
  /** True once the connection may carry another request. */
  keepAlive = false;
  /** What is wrong with the bytes; they are read no further. */
  problem: string | null = null;
  /** True from the first byte on. */
  begun = false;
  private state: State = "done";
  private head = "";
  /** Bytes of the line at hand, CR left out. */
  private lineLength = 0;
  /** What is left of the chunk or of the counted body. */
  private left = 0;
  private sink: ResponseSink = deaf;

  /** Expects a response, which goes to this sink. */
  expect(sink: ResponseSink): void {
    this.keepAlive = false;
    this.problem = null;
    this.begun = false;
    this.state = "head";
    this.head = "";
    this.lineLength = 0;
    this.left = 0;
    this.sink = sink;
  }

  /** Nothing more goes to the sink, not even the rest of the current read. */
  hush(): void {
    this.sink = deaf;
  }

  /** True when the response is whole. */
  get done(): boolean {
    return this.state === "done";
  }

  /**
   * Takes bytes `from` to `to`, which arrived at `atNs`; returns where it stopped, which is before `to` only when it is
   * done or broken.
   */
  feed(buffer: Buffer, from: number, to: number, atNs: number): number {
    if (this.state !== "size" || this.lineLength > 0) return this.feedAny(buffer, from, to, atNs);
    const at = this.feedWholeChunks(buffer, from, to, atNs);
    return at === to ? to : this.feedAny(buffer, at, to, atNs);
  }

  private feedAny(buffer: Buffer, from: number, to: number, atNs: number): number {
    let at = from;
    this.begun = true;
    while (at < to && this.state !== "done" && this.problem === null) {
      switch (this.state) {
        case "head":
          at = this.feedHead(buffer, at, to);
          break;
        case "chunk":
        case "counted":
          at = this.feedBody(buffer, at, Math.min(to, at + this.left), atNs);
          break;
        case "until-close":
          this.sink.onBody(buffer, at, to, atNs);
          at = to;
          break;
        default:
          this.feedFraming(buffer[at]!);
          at += 1;
      }
    }
    return at;
  }

  /** The connection has ended: true where that is how this body ends. */
  endedByClose(): boolean {
    if (this.state !== "until-close") return false;
    this.state = "done";
    return true;
  }

  /**
   * The quick way for what a stream mostly is: chunks that lie whole in one read, their sizes without extension, and an end without trailer.
   * Returns where the first begins that is anything else; the byte by byte way goes on from there.
   */
  private feedWholeChunks(buffer: Buffer, from: number, to: number, atNs: number): number {
    let chunk = from;
    while (chunk < to) {
      let size = 0;
      let at = chunk;
      for (let digit = 0; at < to && (digit = hexDigit(buffer[at]!)) >= 0; at++) size = (size << 4) | digit;
      const digits = at - chunk;
      const body = at + 2;
      const end = body + size;
      if (digits === 0 || digits > QUICK_DIGITS || end + 2 > to) return chunk;
      if (buffer[at] !== CR || buffer[at + 1] !== LF || buffer[end] !== CR || buffer[end + 1] !== LF) return chunk;
      if (size === 0) {
        this.state = "done";
        return end + 2;
      }
      this.sink.onBody(buffer, body, end, atNs);
      chunk = end + 2;
    }
    return chunk;
  }

  private feedHead(buffer: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = buffer[at]!;
      if (byte === LF && this.lineLength === 0 && (this.head !== "" || at > from)) {
        this.head += buffer.toString("latin1", from, at + 1);
        this.readHead();
        return at + 1;
      }
      if (byte === LF) this.lineLength = 0;
      else if (byte !== CR) this.lineLength += 1;
    }
    this.head += buffer.toString("latin1", from, to);
    if (this.head.length > LONGEST_HEAD) this.problem = "the head of the response has no end";
    return to;
  }

  private readHead(): void {
    const [statusLine = "", ...lines] = this.head.trim().split(/\r?\n/);
    this.head = "";
    const match = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine);
    if (!match) {
      this.problem = `not an HTTP/1.1 response: "${statusLine.slice(0, 60)}"`;
      return;
    }
    const status = Number(match[2]);
    if (status >= 100 && status < 200) return;
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    const connection = headers.get("connection")?.toLowerCase() ?? "";
    this.keepAlive = match[1] === "1" ? !connection.includes("close") : connection.includes("keep-alive");
    this.state = this.bodyState(status, headers);
    this.sink.onHead(status, (name) => headers.get(name) ?? null);
  }

  private bodyState(status: number, headers: ReadonlyMap<string, string>): State {
    if (status === 204 || status === 304) return "done";
    if (headers.get("transfer-encoding")?.toLowerCase().includes("chunked")) return "size";
    const length = headers.get("content-length");
    if (length === undefined) {
      this.keepAlive = false;
      return "until-close";
    }
    this.left = Number(length);
    if (!Number.isSafeInteger(this.left) || this.left < 0) this.problem = `a content length of "${length}"`;
    return this.left === 0 ? "done" : "counted";
  }

  private feedBody(buffer: Buffer, from: number, to: number, atNs: number): number {
    this.left -= to - from;
    this.sink.onBody(buffer, from, to, atNs);
    if (this.left === 0) this.state = this.state === "counted" ? "done" : "chunk-end";
    return to;
  }

  /** One byte between the chunks: their sizes, line ends, and what follows the last. */
  private feedFraming(byte: number): void {
    if (byte === CR) return;
    switch (this.state) {
      case "size":
        if (byte === LF) this.sizeRead();
        else if (byte === SEMICOLON || (this.lineLength > 0 && isBlank(byte))) this.state = "extension";
        else this.sizeDigit(byte);
        break;
      case "extension":
        if (byte === LF) this.sizeRead();
        break;
      case "chunk-end":
        if (byte === LF) this.state = "size";
        else this.problem = "a chunk is longer than its size";
        break;
      default:
        // The trailer: fields that are not needed, then a blank line.
        if (byte !== LF) this.lineLength += 1;
        else if (this.lineLength === 0) this.state = "done";
        else this.lineLength = 0;
    }
  }

  private sizeDigit(byte: number): void {
    const digit = hexDigit(byte);
    this.lineLength += 1;
    this.left = this.left * 16 + digit;
    if (digit < 0 || this.left > LARGEST_CHUNK) this.problem = "a chunk without a size";
  }

  private sizeRead(): void {
    if (this.lineLength === 0) this.problem = "a chunk without a size";
    this.lineLength = 0;
    this.state = this.left === 0 ? "trailer" : "chunk";
  }
}

/** A blank or a tab, which may stand before a chunk's extension (RFC 9112, section 7.1.1). */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** The value of a hexadecimal digit's byte; -1 for any other. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
