/** Takes the data of one event: bytes `from` to `to` of a buffer that is lent for the call. */
export type TakeEvent = (buffer: Buffer, from: number, to: number) => void;

export interface SseScanner {
  feed(buffer: Buffer, from: number, to: number): void;
  /** The stream has ended: an event whose blank line never came is handed over as it is. */
  end(): void;
  /** True between two events: nothing of one is held. */
  idle(): boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DATA = Buffer.from("data");
const COLON = 0x3a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Finds the events of a server-sent stream in bytes that come in any pieces, also cut inside a character. Lines end
 * with LF, CR or CRLF; the `data` lines of an event are joined by LF; comments and all other fields are passed over;
 * events without data are not handed on. Nothing is copied where an event lies whole in one piece.
 * Source: WHATWG HTML, section 9.2.6, "Interpreting an event stream"; but see `end`.
 */
export function createSseScanner(take: TakeEvent): SseScanner {
  /** The start of a line whose end has not come. */
  const line = createBytes();
  /** Data lines of the event that is not over yet, where they cannot stay where they lie. */
  const data = createBytes();
  let hasCopy = false;
  /** A data line of that event which still lies in the piece at hand; -1 where there is none. */
  let liesFrom = -1;
  let liesTo = -1;
  let afterCr = false;
  let first = true;

  const keep = (buffer: Buffer, from: number, to: number): void => {
    if (hasCopy) data.appendByte(LF);
    data.append(buffer, from, to);
    hasCopy = true;
  };

  const dispatch = (piece: Buffer): void => {
    if (liesFrom >= 0) {
      const from = liesFrom;
      liesFrom = -1;
      take(piece, from, liesTo);
    } else if (hasCopy) {
      hasCopy = false;
      const { length } = data;
      data.clear();
      take(data.buffer(), 0, length);
    }
  };

  const takeLine = (buffer: Buffer, start: number, to: number, stays: boolean, piece: Buffer): void => {
    let from = start;
    if (first) {
      first = false;
      if (startsWith(buffer, from, to, BYTE_ORDER_MARK)) from += BYTE_ORDER_MARK.length;
    }
    if (from === to) return dispatch(piece);
    if (!startsWith(buffer, from, to, DATA)) return;
    let value = from + DATA.length;
    if (value < to) {
      if (buffer[value] !== COLON) return;
      value += 1;
      if (value < to && buffer[value] === SPACE) value += 1;
    }
    if (liesFrom >= 0) {
      keep(piece, liesFrom, liesTo);
      liesFrom = -1;
    }
    if (stays && !hasCopy) {
      liesFrom = value;
      liesTo = to;
    } else {
      keep(buffer, value, to);
    }
  };

  const endLine = (buffer: Buffer, from: number, to: number): void => {
    if (line.length === 0) return takeLine(buffer, from, to, true, buffer);
    line.append(buffer, from, to);
    takeLine(line.buffer(), 0, line.length, false, buffer);
    line.clear();
  };

  return {
    feed(buffer, from, to) {
      let start = from;
      for (let at = from; at < to; at++) {
        const byte = buffer[at]!;
        if (byte !== LF && byte !== CR) {
          afterCr = false;
        } else if (byte === LF && afterCr) {
          afterCr = false;
          start = at + 1;
        } else {
          afterCr = byte === CR;
          endLine(buffer, start, at);
          start = at + 1;
        }
      }
      if (start < to) line.append(buffer, start, to);
      if (liesFrom >= 0) {
        keep(buffer, liesFrom, liesTo);
        liesFrom = -1;
      }
    },
    idle: () => line.length === 0 && !hasCopy && liesFrom < 0 && !afterCr && !first,
    end() {
      const nothing = Buffer.alloc(0);
      if (line.length > 0) endLine(nothing, 0, 0);
      dispatch(nothing);
    },
  };
}

function startsWith(buffer: Buffer, from: number, to: number, prefix: Buffer): boolean {
  if (to - from < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) if (buffer[from + at] !== prefix[at]) return false;
  return true;
}

/** Bytes that are added to and cleared over and over; the room stays. */
function createBytes() {
  let room: Buffer = Buffer.alloc(0);
  let length = 0;
  const ensure = (more: number): void => {
    if (length + more <= room.length) return;
    const larger = Buffer.allocUnsafe(Math.max(256, (length + more) * 2));
    room.copy(larger, 0, 0, length);
    room = larger;
  };
  return {
    get length() {
      return length;
    },
    buffer: () => room,
    append(buffer: Buffer, from: number, to: number) {
      ensure(to - from);
      buffer.copy(room, length, from, to);
      length += to - from;
    },
    appendByte(byte: number) {
      ensure(1);
      room[length] = byte;
      length += 1;
    },
    clear() {
      length = 0;
    },
  };
}
