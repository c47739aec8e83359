const FIRST_ROOM = 256;
/** A list that is given back keeps no more than this. */
const KEPT_ROOM = 65_536;

const nothing = Buffer.alloc(0);

/** A growing list of bytes that keeps its memory when it is cleared. */
export class ByteList {
  /** How many of the bytes are used. May be set to fewer, and to more after `withRoom` for those. */
  length = 0;
  private room: Buffer = nothing;

  /** The bytes, with room for this many more after the used ones. Valid until the next call. */
  withRoom(more: number): Buffer {
    if (this.length + more > this.room.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_ROOM, (this.length + more) * 2));
      this.room.copy(larger, 0, 0, this.length);
      this.room = larger;
    }
    return this.room;
  }

  append(buffer: Buffer, from: number, to: number): void {
    buffer.copy(this.withRoom(to - from), this.length, from, to);
    this.length += to - from;
  }

  appendByte(byte: number): void {
    this.withRoom(1)[this.length] = byte;
    this.length += 1;
  }

  /** Empties it for another use. */
  reset(): void {
    this.length = 0;
    if (this.room.length > KEPT_ROOM) this.room = nothing;
  }

  /** What is in it, and empties it. */
  drain(encoding: "latin1" | "utf8"): string {
    if (this.length === 0) return "";
    const said = this.room.toString(encoding, 0, this.length);
    this.length = 0;
    return said;
  }
}
