import { ByteList } from "./byte-list.ts";

/** Takes bytes `from` to `to` of a buffer that is lent for the call. */
export type TakeBytes = (buffer: Buffer, from: number, to: number) => void;

/** Is called with what a stream holds. */
export interface SseListener {
  /** The data of one event. */
  onEvent: TakeBytes;
  /** The data of an event named `error`, or the value of a field `error`, which servers send beside an event or instead of one. */
  onError: TakeBytes;
  /** A line that belongs to no event stream, but to a page, or to an error as plain text or JSON. */
  onStray: TakeBytes;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DATA = Buffer.from("data");
const EVENT = Buffer.from("event");
const ERROR = Buffer.from("error");
/** Fields of the standard that are not part of an answer. */
const PASSED_OVER = ["id", "retry"].map((name) => Buffer.from(name));
const COLON = 0x3a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NOTHING = Buffer.alloc(0);
/** Bytes of one event. A server that sends a line without an end would fill the memory. */
const LONGEST_EVENT = 16 << 20;
const TOO_LONG = Buffer.from("an event is longer than 16 MiB");

/**
 * Finds the events of a server-sent stream in bytes that come in any pieces, also cut inside a character. Lines end
 * with LF, CR or CRLF; the `data` lines of an event are joined by LF; comments and the standard's other fields are passed
 * over; events without data are not handed on. Nothing is copied where an event lies whole in one piece.
 * Source: WHATWG HTML, section 9.2.6, "Interpreting an event stream"; but see `end`.
 */
export class SseScanner {
  /** True between two events: nothing of one is held. */
  between = false;
  private readonly listener: SseListener;
  /** The start of a line whose end has not come. */
  private readonly line = new ByteList();
  /** Data lines of the event that is not over yet, where they cannot stay where they lie. */
  private readonly data = new ByteList();
  private hasCopy = false;
  /** A data line of that event which still lies in the piece at hand; -1 where there is none. */
  private liesFrom = -1;
  private liesTo = -1;
  /** The event at hand is named `error`. */
  private isError = false;
  private afterCr = false;
  private first = true;

  constructor(listener: SseListener) {
    this.listener = listener;
  }

  feed(buffer: Buffer, from: number, to: number): void {
    let start = from;
    for (let at = from; at < to; at++) {
      const byte = buffer[at]!;
      if (byte !== LF && byte !== CR) {
        this.afterCr = false;
      } else if (byte === LF && this.afterCr) {
        this.afterCr = false;
        start = at + 1;
      } else {
        this.afterCr = byte === CR;
        this.endLine(buffer, start, at);
        start = at + 1;
      }
    }
    if (start < to) this.line.append(buffer, start, to);
    if (this.line.length > LONGEST_EVENT) this.giveUp(this.line);
    if (this.liesFrom >= 0) {
      this.keep(buffer, this.liesFrom, this.liesTo);
      this.liesFrom = -1;
    }
    this.between = this.line.length === 0 && !this.hasCopy && !this.isError && !this.afterCr && !this.first;
  }

  /** The stream has ended: an event whose blank line never came is handed over as it is. */
  end(): void {
    if (this.line.length > 0) this.endLine(NOTHING, 0, 0);
    this.dispatch(NOTHING);
  }

  private endLine(buffer: Buffer, from: number, to: number): void {
    const { line } = this;
    if (line.length === 0) return this.takeLine(buffer, from, to, true, buffer);
    line.append(buffer, from, to);
    this.takeLine(line.withRoom(0), 0, line.length, false, buffer);
    line.length = 0;
  }

  private takeLine(buffer: Buffer, start: number, to: number, stays: boolean, piece: Buffer): void {
    let from = start;
    if (this.first) {
      this.first = false;
      if (startsWith(buffer, from, to, BYTE_ORDER_MARK)) from += BYTE_ORDER_MARK.length;
    }
    if (from === to) return this.dispatch(piece);
    const value = valueAt(buffer, from, to, DATA);
    if (value < 0) return this.takeOther(buffer, from, to);
    if (this.liesFrom >= 0) {
      this.keep(piece, this.liesFrom, this.liesTo);
      this.liesFrom = -1;
    }
    if (stays && !this.hasCopy) {
      this.liesFrom = value;
      this.liesTo = to;
    } else {
      this.keep(buffer, value, to);
    }
  }

  private keep(buffer: Buffer, from: number, to: number): void {
    if (this.hasCopy) this.data.appendByte(LF);
    this.data.append(buffer, from, to);
    this.hasCopy = true;
    if (this.data.length > LONGEST_EVENT) this.giveUp(this.data);
  }

  private giveUp(bytes: ByteList): void {
    bytes.reset();
    this.listener.onError(TOO_LONG, 0, TOO_LONG.length);
  }

  /** A line that is no data. */
  private takeOther(buffer: Buffer, from: number, to: number): void {
    if (buffer[from] === COLON || PASSED_OVER.some((name) => valueAt(buffer, from, to, name) >= 0)) return;
    const name = valueAt(buffer, from, to, EVENT);
    const error = valueAt(buffer, from, to, ERROR);
    if (name >= 0) this.isError = to - name === ERROR.length && startsWith(buffer, name, to, ERROR);
    else if (error >= 0) this.listener.onError(buffer, error, to);
    else this.listener.onStray(buffer, from, to);
  }

  private dispatch(piece: Buffer): void {
    const { isError, listener } = this;
    this.isError = false;
    if (this.liesFrom >= 0) {
      const from = this.liesFrom;
      this.liesFrom = -1;
      if (isError) listener.onError(piece, from, this.liesTo);
      else listener.onEvent(piece, from, this.liesTo);
    } else if (this.hasCopy) {
      const { data } = this;
      const { length } = data;
      this.hasCopy = false;
      data.length = 0;
      if (isError) listener.onError(data.withRoom(0), 0, length);
      else listener.onEvent(data.withRoom(0), 0, length);
    } else if (isError) {
      listener.onError(NOTHING, 0, 0);
    }
  }
}

/** Where the value of a line begins whose field has that name; -1 where it has another. */
function valueAt(buffer: Buffer, from: number, to: number, name: Buffer): number {
  if (!startsWith(buffer, from, to, name)) return -1;
  let value = from + name.length;
  if (value === to) return value;
  if (buffer[value] !== COLON) return -1;
  value += 1;
  return value < to && buffer[value] === SPACE ? value + 1 : value;
}

function startsWith(buffer: Buffer, from: number, to: number, prefix: Buffer): boolean {
  if (to - from < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) if (buffer[from + at] !== prefix[at]) return false;
  return true;
}
